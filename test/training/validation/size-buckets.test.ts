import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../../lib/dataset/dataset.js';
import { DataError } from '../../../lib/errors.js';
import { sizeBuckets } from '../../../lib/training/validation/size-buckets.js';
import { pngWithOrientation } from '../../helpers/exif.js';
import { flatGrey } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const SIZES = [
  [44, 40],
  [70, 20],
  [65, 65],
  [20, 70],
  [33, 33],
] as const; // width, height
const sample = (name: string): Sample => ({
  id: name,
  imageFile: path.join(folder, `${name}.png`),
  labelFile: undefined,
});
const samples = SIZES.map((_, i) => sample(String(i)));

beforeAll(async () => {
  const turned = pngWithOrientation(flatGrey(70, 20, 1), 6);
  await writeTree(folder, { 'broken.png': 'no image', 'turned.png': turned });
  for (const [i, [width, height]] of SIZES.entries()) {
    await writeTree(folder, { [`${i}.png`]: flatGrey(width, height, 1) });
  }
});

describe('sizeBuckets', () => {
  it('pads each image to its own 32·k + 1, the largest size first', async () => {
    expect(await sizeBuckets(samples, 1)).toEqual([
      { size: { height: 65, width: 65 }, indices: [0, 2] },
      { size: { height: 33, width: 97 }, indices: [1] },
      { size: { height: 97, width: 33 }, indices: [3] },
      { size: { height: 33, width: 33 }, indices: [4] },
    ]);
  });

  it('goes by the size that images are read at', async () => {
    expect(await sizeBuckets(samples, 0.5)).toEqual([
      { size: { height: 33, width: 65 }, indices: [1] },
      { size: { height: 65, width: 33 }, indices: [3] },
      { size: { height: 33, width: 33 }, indices: [0, 2, 4] },
    ]);
  });

  it('takes the size that an image has upright', async () => {
    const [{ size }] = await sizeBuckets([sample('turned')], 1);
    expect(size).toEqual({ height: 97, width: 33 });
  });

  it('finds the same size whatever else is in the list', async () => {
    const [{ size }] = await sizeBuckets([samples[0]], 1);
    expect(size).toEqual({ height: 65, width: 65 });
  });

  it('stops at the signal, and at a file that is not an image', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(sizeBuckets(samples, 1, { signal })).rejects.toThrow('stopped');
    await expect(sizeBuckets([...samples, sample('broken')], 1)).rejects.toThrow(DataError);
  });
});
