import { openFolder } from '#lib/dataset/folder/folder.js';
import type { FuzzFormat } from '../format.js';
import { labelPngs, rgbPng } from './pictures.js';

const CLASSES = [
  { name: 'soil', id: 0, color: '#804000' },
  { name: 'crop', id: [1, 2], color: [0, 255, 0] },
  { name: 'void', id: 3, ignore: true },
];

const SPLITS = {
  train: { images: 'train', labels: 'train_labels' },
  val: { list: 'val.txt', stripPrefix: '/data/' },
  all: { images: '*/*.png' },
};

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value, undefined, 2));

/** A folder of own images: `dataset.json`, a class file and a list. */
export const FOLDER_DATASET: FuzzFormat = {
  name: 'folder-dataset',
  module: import.meta.url,
  readers: 'openFolder, Dataset.samples, Dataset.labelFiles',
  seeds() {
    const pictures = {
      'train/a.png': rgbPng(false),
      'train/b.png': rgbPng(false),
      'train_labels/a.png': labelPngs()[0],
      'train_labels/b.png': labelPngs()[0],
      'val.txt': Buffer.from('# a list\n/data/train/a.png train_labels/a.png\ntrain/b.png\n'),
    };
    return Promise.resolve([
      {
        'dataset.json': json({ name: 'fields', classes: CLASSES, splits: SPLITS }),
        ...pictures,
      },
      {
        'dataset.json': json({ classes: 'classes.json', splits: SPLITS }),
        'classes.json': json({ classes: CLASSES }),
        ...pictures,
      },
    ]);
  },
  changes: (name) => !name.endsWith('.png'),
  isOnDisk: true,
  async read({ folder }) {
    const dataset = await openFolder({ root: folder });
    const found: unknown[] = [];
    for (const split of dataset.splits) {
      found.push(await dataset.samples(split), await dataset.labelFiles?.(split));
    }
    return found;
  },
  limitMiB: 256,
};
