import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readImageFile } from '../../lib/dataset/reading/image-file.js';
import { readLabelFile } from '../../lib/dataset/reading/label-file.js';
import { DataError } from '../../lib/errors.js';
import { predict } from '../../lib/inference/predict.js';
import { backends, useBackend } from '../helpers/backends.js';
import { pngWithOrientation } from '../helpers/exif.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { trainTiny } from '../training/train-tiny.js';

const folder = temporaryFolder();
const trained = path.join(folder, 'trained');
let dataset: Dataset;

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6 });
  await trainTiny(dataset, trained);
}, 120_000);

describe('predict', () => {
  it('writes colours and overlays of one image', async () => {
    const input = path.join(folder, 'data/val/1.png');
    const out = path.join(folder, 'single');
    const [prediction] = await predict({ folder: trained, input, out });
    const [labels, colors, mixed, image] = await Promise.all([
      readLabelFile(prediction.labels),
      readImageFile(prediction.colors),
      readImageFile(prediction.overlay),
      readImageFile(input),
    ]);
    const palette = dataset.classes.map(({ color }) => color);
    expect([...colors.data.subarray(0, 3)]).toEqual([...palette[labels.data[0]]]);
    const expected = Math.round(0.45 * image.data[0] + 0.55 * colors.data[0]);
    expect(mixed.data[0]).toBe(expected);
    const total = Object.values(prediction.shares).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(1, 10);
  });

  it('predicts an image upright, as its EXIF orientation says', async () => {
    const upright = path.join(folder, 'data/val/1.png');
    const stored = await sharp(upright).rotate(270).png().toBuffer(); // 6 turns it back
    const input = path.join(folder, 'photo.png');
    await writeFile(input, pngWithOrientation(stored, 6));
    const [photo] = await predict({ folder: trained, input, out: path.join(folder, 'photo') });
    const [same] = await predict({
      folder: trained,
      input: upright,
      out: path.join(folder, 'same'),
    });
    expect(await readLabelFile(photo.labels)).toEqual(await readLabelFile(same.labels));
    expect(await readImageFile(photo.overlay)).toEqual(await readImageFile(same.overlay));
  });

  it('refuses what is not an image, what is not there, and a folder without images', async () => {
    const input = path.join(folder, 'data/dataset.json');
    await expect(predict({ folder: trained, input, out: folder })).rejects.toThrow(DataError);
    await expect(
      predict({ folder: trained, input: path.join(folder, 'nothing'), out: folder }),
    ).rejects.toThrow(/cannot read .*nothing: no such file or folder/);
    await writeTree(folder, { 'texts/a.txt': 'no image' });
    await expect(
      predict({ folder: trained, input: path.join(folder, 'texts'), out: folder }),
    ).rejects.toThrow(/predict: expected PNG or JPEG images in .*texts, got none/);
  });
});
