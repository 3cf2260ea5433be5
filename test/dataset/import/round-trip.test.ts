/** Label maps that are exported in the formats of tools and imported back are equal, pixel for pixel. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, describe } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { retrain } from '../../../lib/retrain/retrain.js';
import { readHistory } from '../../../lib/run/history.js';
import { useBackend } from '../../helpers/backends.js';
import { flatRgb } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../../training/tiny-architecture.js';
import { EXPORTERS, type Labelled, type NamedColor } from './exports.js';
import { TINY_CONFIG } from '../../training/train-tiny.js';

const temporary = temporaryFolder();
const FORMATS = Object.keys(EXPORTERS);

/** A small picture of three classes, one of them in two pieces, and unlabelled pixels. */
async function drawnImages(): Promise<Labelled[]> {
  const names = ['a', 'b c', 'd.e', 'f'];
  const root = await writeTree(
    path.join(temporary, 'drawn'),
    Object.fromEntries(names.map((name, i) => [`${name}.png`, flatRgb(18, 14, [i, 0, 0])])),
  );
  return names.map((name, i) => {
    const data = Uint8Array.from({ length: 252 }, (_, at) => {
      const [x, y] = [at % 18, Math.floor(at / 18)];
      if (x + y < 3 + i || x * y > 160) {
        return 1;
      }
      return y === 3 ? 2 : x > 5 ? 0 : 255;
    });
    const split = i < 2 ? 'train' : 'val';
    return {
      name,
      file: path.join(root, `${name}.png`),
      split,
      labels: { height: 14, width: 18, data },
    };
  });
}

const CLASSES: readonly NamedColor[] = [
  { name: 'soil', color: [10, 20, 30] },
  { name: 'crop', color: [200, 100, 0] },
  { name: 'path way', color: [0, 0, 255] },
];

/** Exports, imports back and compares; 0 is the background, and class i has the value i + 1. */
async function expectEqual(
  format: string,
  images: readonly Labelled[],
  classes: readonly NamedColor[],
  name: string,
): Promise<Dataset> {
  const folder = path.join(temporary, `${name}-${format}-export`);
  await EXPORTERS[format](folder, images, classes);
  const out = path.join(temporary, `${name}-${format}`);
  const report = await importDataset({ folder, out });
  expect(report.format).toBe(format);
  expect(report.splitRule).toBe('as the export has them');
  expect(report.leftOut).toEqual([]);
  // labelme writes no list of classes: those that occur, sorted.
  const order = ['background', ...classes.map((one) => one.name)];
  const dataset = await openDataset('folder', { root: out });
  const values = dataset.classes.map((one) => order.indexOf(one.name));
  let found = 0;
  for (const split of ['train', 'val'] as const) {
    for (const { imageFile, labelFile } of await dataset.samples(split)) {
      const source = images.find(
        ({ file }) => path.basename(file, path.extname(file)) === path.parse(imageFile).name,
      );
      expect(source?.split).toBe(split);
      const back = await readLabelFile(labelFile ?? '');
      const wanted = source?.labels.data.map((index) => (index === 255 ? 0 : index + 1));
      const written = Buffer.from(back.data.map((value) => values[value]));
      expect(written.equals(Buffer.from(wanted ?? []))).toBe(true);
      expect((await readFile(imageFile)).equals(await readFile(source?.file ?? ''))).toBe(true);
      found++;
    }
  }
  expect(found).toBe(images.length);
  return dataset;
}

describe('a drawn sample', () => {
  it.each(FORMATS)('comes back from %s', async (format) => {
    await expectEqual(format, await drawnImages(), CLASSES, 'drawn');
  });

  it('trains for a step once it is imported', async () => {
    await useBackend('wasm');
    const folder = path.join(temporary, 'run');
    const config = { ...TINY_CONFIG, crop: 17, epochs: 1 };
    const dataset = await openDataset('folder', { root: path.join(temporary, 'drawn-cvat-masks') });
    const architecture = TINY_ARCHITECTURE;
    await retrain({ dataset, architecture, folder, preset: 'tiny', config });
    const { rows } = await readHistory(path.join(folder, 'history.arrow'));
    const steps = rows.filter(({ kind }) => kind === 'step');
    expect(steps).toHaveLength(1);
    expect(Number.isFinite(steps[0].loss)).toBe(true);
  });
});

describeWithData('camvid/CamVid', 'CamVid', (root) => {
  const names = [
    'Sky',
    'Building',
    'Pole',
    'Road',
    'Pavement',
    'Tree',
    'SignSymbol',
    'Fence',
    'Car',
    'Pedestrian',
    'Bicyclist',
  ];
  const classes = names.map((name, i): NamedColor => ({ name, color: [20 * i + 5, 255 - i, i] }));

  it.each(FORMATS)('comes back from %s', async (format) => {
    const camvid = await openDataset('camvid', { root });
    const images: Labelled[] = [];
    for (const split of ['train', 'val'] as const) {
      for (const { id, imageFile, labelFile } of (await camvid.samples(split)).slice(0, 4)) {
        const labels = await readLabelFile(labelFile ?? '');
        const data = labels.data.map((value) => (value < names.length ? value : 255));
        const { height, width } = labels;
        images.push({ name: id, file: imageFile, split, labels: { height, width, data } });
      }
    }
    expect(images.length).toBeGreaterThanOrEqual(4);
    const dataset = await expectEqual(format, images, classes, 'camvid');
    expect(dataset.classes).toHaveLength(12);
  });
});
