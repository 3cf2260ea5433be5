import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { labelTable } from '../../../lib/dataset/dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const table = labelTable([{ name: 'soil', trainId: 0, color: [0, 0, 0], labelValues: [3] }], [255]);
const root = await writeTree(temporaryFolder(), {
  'image.png': png({
    width: 2,
    height: 2,
    colorType: 2,
    values: [0, 10, 20, 4, 10, 20, 8, 10, 21, 13, 10, 21],
  }),
  'label.png': png({ width: 2, height: 2, values: [3, 255, 255, 3] }),
  'small.png': flatGrey(2, 1, 3),
  'wrong.png': flatGrey(2, 2, 4),
  'turned.jpg': await sharp(flatRgb(4, 2, [1, 2, 3]))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer(),
  'upright.png': flatGrey(2, 4, 3),
});
const sample = (imageFile: string, labelFile?: string) => ({
  id: 'x',
  imageFile: path.join(root, imageFile),
  labelFile: labelFile && path.join(root, labelFile),
});

describe('readSample', () => {
  it('gives RGB and train ids of one size', async () => {
    const { image, labels } = await readSample(sample('image.png', 'label.png'), table);
    expect([image.height, image.width]).toEqual([2, 2]);
    expect(labels).toEqual({ height: 2, width: 2, data: Uint8Array.of(0, 255, 255, 0) });
  });

  it('halves by the mean of 2x2 pixels, and takes one label of them', async () => {
    const { image, labels } = await readSample(sample('image.png', 'label.png'), table, {
      resolution: 0.5,
    });
    expect(image).toEqual({ height: 1, width: 1, data: Uint8Array.of(6, 10, 21) }); // 6.25, 10, 20.5
    expect(labels).toEqual({ height: 1, width: 1, data: Uint8Array.of(0) });
  });

  it('reads a sample without label map', async () => {
    expect((await readSample(sample('image.png'), table)).labels).toBeUndefined();
  });

  it('names both sizes if image and label map differ', async () => {
    const error = await readSample(sample('image.png', 'small.png'), table).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toBe(
      `label map ${path.join(root, 'small.png')}: expected the size 2x2 of its image ` +
        `${path.join(root, 'image.png')}, got 2x1; make both the same size`,
    );
  });

  it('says so if an EXIF rotation is why they differ', async () => {
    await expect(readSample(sample('turned.jpg', 'upright.png'), table)).rejects.toThrow(
      /expected the size 4x2 .*got 2x4; the image has an EXIF rotation, which is not applied/,
    );
  });

  it('passes on a value that is out of range', async () => {
    await expect(readSample(sample('image.png', 'wrong.png'), table)).rejects.toThrow(
      /wrong\.png: expected values out of 3, 255, got 4 at row 0, column 0/,
    );
  });
});
