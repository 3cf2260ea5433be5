import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readImageFile } from '../../lib/dataset/reading/image-file.js';
import { readLabelFile } from '../../lib/dataset/reading/label-file.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { predict, type PredictResult } from '../../lib/inference/predict.js';
import type { ProgressEvent } from '../../lib/training/events.js';
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
    const { predictions } = await predict({ folder: trained, input, out });
    const [prediction] = predictions;
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
    const {
      predictions: [photo],
    } = await predict({ folder: trained, input, out: path.join(folder, 'photo') });
    const {
      predictions: [same],
    } = await predict({
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
    ).rejects.toThrow(
      /predict: expected PNG, JPEG, WebP or TIFF images in .*texts, got 1 other, such as .*a\.txt/,
    );
  });

  it('does the rest when images are broken, and reads WebP and TIFF', async () => {
    const val = path.join(folder, 'data/val');
    const whole = await readFile(path.join(val, '0.png'));
    const input = await writeTree(path.join(folder, 'mixed'), {
      'a.png': whole,
      'b.webp': await sharp(whole).webp({ lossless: true }).toBuffer(),
      'c/c.TIF': await sharp(whole).tiff().toBuffer(),
      'cut.png': whole.subarray(0, whole.length / 2),
      'empty.jpg': '',
      'phone.jpg': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'),
      'notes.txt': 'no image',
    });
    await symlink('../mixed', path.join(input, 'c/again'));
    const out = path.join(folder, 'mixed-out');
    const done: number[] = [];
    const result = await predict({
      folder: trained,
      input,
      out,
      onProgress: (event: ProgressEvent) => {
        if (event.kind === 'images') {
          done.push(event.done);
        }
      },
    });
    const labels = await Promise.all(result.predictions.map((one) => readLabelFile(one.labels)));
    expect(names(result)).toEqual(['a.png', 'b.webp', 'c.TIF']);
    expect(labels[1]).toEqual(labels[0]);
    expect(labels[2]).toEqual(labels[0]);
    expect(result.failed.map(({ file }) => path.basename(file))).toEqual([
      'cut.png',
      'empty.jpg',
      'phone.jpg',
    ]);
    expect(result.failed[2].reason).toMatch(/expected a PNG, JPEG, WebP or TIFF file, got .* HEIC/);
    expect(result.skipped.map(({ file }) => path.relative(input, file))).toEqual([
      'notes.txt',
      'c/again',
    ]);
    expect(done).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('never takes its own pictures for images, wherever they are', async () => {
    const input = path.join(folder, 'own');
    await cp(path.join(folder, 'data/val'), input, { recursive: true });
    const images = ['0.png', '1.png', '2.png'];
    const inside = path.join(input, 'pictures');
    for (const out of [inside, input, input]) {
      const result = await predict({ folder: trained, input, out });
      expect(names(result)).toEqual(images);
      expect(result.failed).toEqual([]);
    }
    expect(existsSync(path.join(input, '0_labels.png'))).toBe(true);
  });

  it("predicts the user's files that are named like pictures, and never replaces them", async () => {
    const val = path.join(folder, 'data/val');
    const input = path.join(folder, 'named');
    await mkdir(input);
    await cp(path.join(val, '0.png'), path.join(input, '0.png'));
    await cp(path.join(val, '1.png'), path.join(input, '0_labels.png'));
    const before = await readFile(path.join(input, '0_labels.png'));
    const attempt = predict({ folder: trained, input, out: input });
    await expect(attempt).rejects.toThrow(ConfigError);
    await expect(attempt).rejects.toThrow(/0_labels\.png.*choose another folder/);
    expect(await readFile(path.join(input, '0_labels.png'))).toEqual(before);
    const out = path.join(folder, 'named-out');
    const result = await predict({ folder: trained, input, out });
    expect(names(result)).toEqual(['0.png', '0_labels.png']);
  });

  it('keeps extensions apart where names would meet', async () => {
    const png = await readFile(path.join(folder, 'data/val/0.png'));
    const jpg = await sharp(png).jpeg().toBuffer();
    const input = await writeTree(path.join(folder, 'alike'), {
      'a.png': png,
      'a.jpg': jpg,
      'a.png.png': png,
    });
    const out = path.join(folder, 'alike-out');
    const { predictions } = await predict({ folder: trained, input, out });
    expect(new Set(predictions.map(({ labels }) => labels)).size).toBe(3);
  });

  it('says into which tiles an image is divided, and refuses tiles that cannot be', async () => {
    const input = path.join(folder, 'wide.png');
    const [height, width] = [33, 200];
    const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 7) % 251);
    await writeFile(
      input,
      await sharp(data, { raw: { height, width, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const notes: string[] = [];
    const options = { folder: trained, input, out: path.join(folder, 'wide') };
    const { predictions } = await predict({
      ...options,
      tileSize: 129,
      overlap: 40,
      onProgress: (event) => {
        if (event.kind === 'note') {
          notes.push(event.text);
        }
      },
    });
    expect(notes).toEqual([`${input}: 3 tiles of 129x33 that share 40 pixels or more`]);
    expect(await readLabelFile(predictions[0].labels)).toMatchObject({ height, width });
    await expect(predict({ ...options, tileSize: 40 })).rejects.toThrow(/tileSize: expected/);
    await expect(predict({ ...options, memoryLimit: 0 })).rejects.toThrow(/memoryLimit: expected/);
  });
});

function names({ predictions }: PredictResult): string[] {
  return predictions.map(({ image }) => path.basename(image));
}
