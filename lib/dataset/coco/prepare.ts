/** Makes label maps with VOC's classes of the annotations of COCO. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { writeFileAtomic } from '../../files/atomic-file.js';
import { convertLabels } from '../convert-labels.js';
import { checkFullCount } from '../full-count.js';
import type { PrepareOptions, PrepareReport } from '../kind.js';
import { FileIndex } from '../reading/file-index.js';
import { readCocoAnnotations, type CocoImage } from './annotations.js';
import { annotationsOf, COCO_SPLITS, labelOf, listOf, type CocoSplit } from './layout.js';
import { paintLabels } from './paint.js';

/** A file with this share of the images of its split seems to be whole. */
const WHOLE = 0.99;

/**
 * Writes `annotations_voc/{train,val}2017/<id>.png`, and then the lists of them.
 *
 * @throws {@link DataError} if there are no annotations, or they are damaged
 */
export async function prepareCoco(options: PrepareOptions): Promise<PrepareReport> {
  const { root } = options;
  const index = new FileIndex();
  const remarks: string[] = [];
  let written = 0;
  let kept = 0;
  for (const split of Object.keys(COCO_SPLITS) as CocoSplit[]) {
    if (!(await index.has(annotationsOf(root, split)))) {
      continue;
    }
    const result = await prepareSplit(split, options);
    written += result.written;
    kept += result.kept;
    remarks.push(result.remark);
  }
  if (remarks.length === 0) {
    throw new DataError(
      `coco: expected ${annotationsOf(root, 'train')} or that of val2017, got neither; unpack ` +
        'annotations_trainval2017.zip there',
      path.resolve(root),
    );
  }
  return { written, kept, remarks };
}

async function prepareSplit(
  split: CocoSplit,
  options: PrepareOptions,
): Promise<{ readonly written: number; readonly kept: number; readonly remark: string }> {
  const { root, signal } = options;
  const { folder, images: full, leastArea } = COCO_SPLITS[split];
  const file = annotationsOf(root, split);
  const images = await readCocoAnnotations(file, signal);
  if (images.length >= WHOLE * full) {
    checkFullCount(
      `coco, split ${split}`,
      file,
      images.length,
      full,
      'list fewer than 99 % of them',
    );
  }
  const used = images
    .filter((image) => leastArea === undefined || areaOf(image) > leastArea)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { written, kept } = await convertLabels(
    used.map((image) => ({
      target: labelOf(root, split, path.basename(image.name, path.extname(image.name))),
      read: () => Promise.resolve(paintLabels(image, file)),
    })),
    folder,
    options,
  );
  await writeFileAtomic(listOf(root, split), used.map(({ name }) => `${name}\n`).join(''));
  const left = images.length - used.length;
  const remark =
    `${folder}: ${written} label maps made, ${kept} were there` +
    (left > 0 ? `; ${left} images with at most ${leastArea} pixels of VOC's classes left out` : '');
  return { written, kept, remark };
}

function areaOf({ objects }: CocoImage): number {
  return objects.reduce((sum, { area }) => sum + area, 0);
}
