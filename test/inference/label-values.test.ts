/** Predictions in the values of a dataset are label maps of that dataset. */
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { ConfigError } from '../../lib/errors.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { predict } from '../../lib/inference/predict.js';
import { writeSample } from '../../lib/sample/write-sample.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { DESCRIPTION, writeTinyDataset } from '../training/tiny-dataset.js';
import { writeUntrainedRun } from '../training/untrained-run.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);

beforeAll(() => useBackend(backends[0]));

async function rendered(layout: 'cityscapes' | 'voc' | 'ade20k', root: string, options = {}) {
  const counts = { train: 1, val: 2 };
  await writeSample({ root, layout, counts, width: 64, height: 48 });
  return openDataset(layout, { root, ...options });
}

async function camvid(root: string): Promise<Dataset> {
  const tiny = await writeTinyDataset(at('tiny-for-camvid'), { train: 1, val: 2 });
  await mkdir(root, { recursive: true });
  const files: Record<string, Uint8Array> = {};
  for (const [from, to] of [
    ['train/0', 'train/0'],
    ['train_labels/0', 'trainannot/0'],
    ['val/0', 'val/0'],
    ['val_labels/0', 'valannot/0'],
    ['val/1', 'val/1'],
    ['val_labels/1', 'valannot/1'],
  ]) {
    files[`${to}.png`] = await readFile(path.join(tiny, `${from}.png`));
  }
  return openDataset('camvid', { root: await writeTree(root, files) });
}

/** Classes with values of their own, one of them with two, and an ignored value. */
async function ownValues(root: string): Promise<Dataset> {
  await writeTinyDataset(root, { train: 1, val: 2 });
  const classes = [
    { name: 'dark', id: [40, 0] },
    { name: 'red', id: [7, 1] },
    { name: 'green', id: [200, 2] },
    { name: 'void', id: 90, ignore: true },
  ];
  return openDataset('folder', { root, classes, splits: DESCRIPTION.splits });
}

const layouts: Record<string, (root: string) => Promise<Dataset>> = {
  'cityscapes labelIds': (root) => rendered('cityscapes', root, { labels: 'labelIds' }),
  'cityscapes labelTrainIds': (root) => rendered('cityscapes', root, { labels: 'labelTrainIds' }),
  voc: (root) => rendered('voc', root),
  ade20k: (root) => rendered('ade20k', root),
  camvid,
  folder: ownValues,
};

/** Predicts the validation images of a dataset in its own values. */
async function predictOwn(dataset: Dataset, name: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [i, { imageFile }] of (await dataset.samples('val')).entries()) {
    const {
      predictions: [{ labels }],
    } = await predict({
      folder: at(`${name} run`),
      input: imageFile,
      out: at(`${name} out`, String(i)),
      labelValues: 'dataset',
    });
    files.push(labels);
  }
  return files;
}

describe('predictions in the values of a dataset', () => {
  it.each(Object.keys(layouts))(
    'score 100 % as its label maps: %s',
    async (name) => {
      const dataset = await layouts[name](at(name));
      await writeUntrainedRun(dataset, at(`${name} run`));
      const files = await predictOwn(dataset, name);
      const allowed = new Set(dataset.classes.map(({ labelValues }) => labelValues[0]));
      for (const [i, { labelFile }] of (await dataset.samples('val')).entries()) {
        const { data } = decode(await readFile(files[i]));
        const values = new Set(data);
        expect(values.size).toBeGreaterThan(1);
        expect([...values].filter((value) => !allowed.has(value))).toEqual([]);
        await copyFile(files[i], labelFile!);
      }
      const own = { dataset, folder: at(`${name} run`), withBaselines: false, workers: 0 };
      const report = await evaluate(own);
      expect([report.meanIou, report.pixelAccuracy]).toEqual([1, 1]);
    },
    120_000,
  );

  it('are palette PNG in the colours of the classes for VOC, grey for others', async () => {
    const { palette, channels, depth } = decode(await readPredicted('voc'));
    expect([palette?.[15], channels, depth]).toEqual([[192, 128, 128], 1, 8]); // person
    expect(decode(await readPredicted('cityscapes labelIds')).palette).toBeUndefined();
  });

  it('need a label value for each class', async () => {
    const dataset = await layouts.folder(at('without'));
    const classes = dataset.classes.map((entry, k) =>
      k === 1 ? { ...entry, labelValues: [] } : entry,
    );
    await writeUntrainedRun({ ...dataset, classes }, at('without run'));
    await expect(predictOwn(dataset, 'without')).rejects.toThrow(ConfigError);
    await expect(predictOwn(dataset, 'without')).rejects.toThrow('got none for "red"');
  });
});

async function readPredicted(name: string): Promise<Uint8Array> {
  const names = await readdir(at(`${name} out`, '0'));
  return readFile(
    at(
      `${name} out`,
      '0',
      names.find((file) => file.endsWith('_labels.png'))!,
    ),
  );
}
