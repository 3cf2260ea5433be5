import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { labelTable } from '../../../lib/dataset/dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { DataError } from '../../../lib/errors.js';
import { pngWithOrientation } from '../../helpers/exif.js';
import { flatGrey, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const table = labelTable([{ name: 'soil', trainId: 0, color: [0, 0, 0], labelValues: [3] }], [255]);
const label = png({ width: 2, height: 2, values: [3, 255, 255, 3] });
const root = await writeTree(temporaryFolder(), {
  'image.png': png({
    width: 2,
    height: 2,
    colorType: 2,
    values: [0, 10, 20, 4, 10, 20, 8, 10, 21, 13, 10, 21],
  }),
  'label.png': label,
  'small.png': flatGrey(2, 1, 3),
  'wrong.png': flatGrey(2, 2, 4),
  'turned.png': pngWithOrientation(
    png({ width: 4, height: 2, values: [0, 1, 2, 3, 4, 5, 6, 7] }),
    6,
  ),
  'upright.png': flatGrey(2, 4, 3),
  'lying.png': flatGrey(4, 2, 3),
  'turned-label.png': pngWithOrientation(label, 3),
  'marked-label.png': pngWithOrientation(label, 1),
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

  it('reads an image upright, with the label map that was drawn on it so', async () => {
    const { image, labels } = await readSample(sample('turned.png', 'upright.png'), table);
    expect(image).toMatchObject({ height: 4, width: 2 });
    expect(labels).toMatchObject({ height: 4, width: 2 });
    // Orientation 6: the first stored row, 0 to 3, is the right column from top to bottom.
    expect([...image.data].filter((_, i) => i % 3 === 0)).toEqual([4, 0, 5, 1, 6, 2, 7, 3]);
  });

  it('names a label map that was drawn on the stored pixels as such', async () => {
    await expect(readSample(sample('turned.png', 'lying.png'), table)).rejects.toThrow(
      /lying\.png: expected the size 2x4 of its image .*turned\.png, got 4x2; the image has the EXIF orientation 6 and is read upright, but the label map was drawn on the image as it is stored/,
    );
    await expect(readSample(sample('turned.png', 'small.png'), table)).rejects.toThrow(
      /expected the size 2x4 .*got 2x1; make both the same size/,
    );
  });

  it('refuses a label map with an EXIF orientation of its own', async () => {
    await expect(readSample(sample('image.png', 'turned-label.png'), table)).rejects.toThrow(
      /turned-label\.png: expected pixels that are upright as stored, got the EXIF orientation 3/,
    );
    const plain = await readSample(sample('image.png', 'marked-label.png'), table);
    expect(plain.labels?.data).toEqual(Uint8Array.of(0, 255, 255, 0));
  });

  it('passes on a value that is out of range', async () => {
    await expect(readSample(sample('image.png', 'wrong.png'), table)).rejects.toThrow(
      /wrong\.png: expected values out of 3, 255, got 4 at row 0, column 0/,
    );
  });
});
