/**
 * Imports exports of the tools themselves, of which only a part of the images is there.
 *
 * Numbers expected of them come from the tools' own masks, or were counted with numpy, Pillow
 * (labelme) and pycocotools (COCO).
 */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import type { ImportOptions } from '../../../lib/dataset/import/import-options.js';
import type { ImportReport } from '../../../lib/dataset/import/report.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { flatImages } from './flat-images.js';

/** Width and height of images by file name. */
export type Sizes = Parameters<typeof flatImages>[1];

/** Imports an export into a folder of `temporary`, with images of the given sizes where it has none. */
export async function importReal(
  temporary: string,
  folder: string,
  sizes: Sizes = {},
  more: Omit<ImportOptions, 'folder' | 'out'> = {},
): Promise<ImportReport> {
  const place = mkdtempSync(path.join(temporary, 'import-'));
  const images = await flatImages(path.join(place, 'images'), {
    'unused.png': [1, 1],
    ...sizes,
  });
  const out = path.join(place, 'out');
  return importDataset({ folder, out, images, ...more });
}

/** Pixels by class of a report. */
export const pixels = (report: ImportReport) =>
  Object.fromEntries([
    ...report.classes.map((one) => [one.name, one.pixels]),
    ['ignored', report.ignoredPixels],
  ]) as Record<string, number>;

/** The label map of an image of the written dataset, by a part of its path. */
export async function labelsOf(report: ImportReport, name: string) {
  const dataset = await openDataset('folder', { root: report.root });
  for (const split of dataset.splits) {
    for (const sample of await dataset.samples(split)) {
      if (sample.id.includes(name)) {
        await readSample(sample, dataset.labelTable); // image and label map belong together
        return readLabelFile(sample.labelFile ?? '');
      }
    }
  }
  throw new Error(`no image ${name}`);
}
