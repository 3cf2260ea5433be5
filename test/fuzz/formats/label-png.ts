import path from 'node:path';
import { labelTable } from '#lib/dataset/dataset.js';
import { readLabelFile, toTrainIds } from '#lib/dataset/reading/label-file.js';
import { single, type FuzzFormat } from '../format.js';
import { labelPngs } from './pictures.js';
import { CHANGE_PNG } from './png-changes.js';

const FILE = 'label.png';

const TABLE = labelTable(
  Array.from({ length: 4 }, (_, i) => ({
    name: `class ${i}`,
    trainId: i,
    color: [60 * i, 255 - 60 * i, 20],
    labelValues: [i],
  })),
  [255],
);

/** A label map as PNG, and what its values mean. */
export const LABEL_PNG: FuzzFormat = {
  name: 'label-png',
  module: import.meta.url,
  readers: 'readLabelFile, toTrainIds',
  seeds: () => Promise.resolve(labelPngs().map((bytes) => single(FILE, bytes))),
  structured: [CHANGE_PNG],
  isOnDisk: true,
  async read({ folder }) {
    const file = path.join(folder, FILE);
    return toTrainIds(await readLabelFile(file), TABLE, file);
  },
  // 64 megapixels with their filters, twice for the train ids.
  limitMiB: 256,
};
