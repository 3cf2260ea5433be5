/** Folders of the smallest images, to be looked at. */
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { openFolder, type FolderOptions } from '../../../lib/dataset/folder/folder.js';
import { inspectData } from '../../../lib/dataset/inspection/inspect.js';
import type { DataPart } from '../../../lib/dataset/inspection/summary.js';
import { flatRgb, png } from '../../helpers/png.js';
import { writeTree } from '../../helpers/temporary-folder.js';

/** Two classes. */
export const CLASSES = [
  { name: 'soil', id: 0 },
  { name: 'crop', id: 1 },
];
/** A label map with both. */
export const BOTH = png({ width: 2, height: 2, values: [0, 0, 0, 1] });

/** An image that differs from every other one. */
let made = 0;
export const image = () => flatRgb(2, 2, [made >> 8, made++ & 255, 7]);

/** Contents by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Files of a split: an image, and a label map with the given values or bytes. */
export function split(name: string, labels: readonly (Buffer | readonly number[])[]): Files {
  return Object.fromEntries(
    labels.flatMap((label, i) => [
      [`${name}/${name}${i}.png`, image()],
      [
        `${name}_labels/${name}${i}.png`,
        Buffer.isBuffer(label) ? label : png({ width: 2, height: 2, values: label }),
      ],
    ]),
  );
}

/** Where {@link split} puts them. */
export const SPLITS = {
  train: { images: 'train', labels: 'train_labels' },
  val: { images: 'val', labels: 'val_labels' },
};

/** The two splits of a dataset as parts. */
export async function partsOf(dataset: Dataset, names = ['train', 'val']): Promise<DataPart[]> {
  return Promise.all(
    names.map(async (name, i) => ({
      name,
      role: i === 0 ? ('training' as const) : ('validation' as const),
      samples: await dataset.samples(name),
    })),
  );
}

/** What is found in a folder of these files, as `severity: text`. */
export async function findingsOf(
  folder: string,
  files: Files,
  options: Partial<FolderOptions> = {},
): Promise<string[]> {
  const dataset = await openFolder({
    root: await writeTree(folder, files),
    name: 'fields',
    classes: CLASSES,
    splits: SPLITS,
    ...options,
  });
  const { findings } = await inspectData(dataset, await partsOf(dataset));
  return findings.map(({ severity, text }) => `${severity}: ${text}`);
}
