import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  classFrequency,
  mostFrequentClass,
} from '../../../lib/dataset/inspection/class-frequency.js';
import { openFolder } from '../../../lib/dataset/folder/folder.js';
import { DataError } from '../../../lib/errors.js';
import { flatRgb, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const root = await writeTree(path.join(temporaryFolder(), 'fields'), {
  'images/a.png': flatRgb(3, 2, [0, 0, 0]),
  'images/b.png': flatRgb(2, 1, [0, 0, 0]),
  'labels/a.png': png({ width: 3, height: 2, values: [0, 9, 9, 9, 4, 255] }),
  'labels/b.png': png({ width: 2, height: 1, values: [0, 4] }),
});
const dataset = await openFolder({
  root,
  classes: [
    { name: 'soil', id: 0 },
    { name: 'crop', id: 9 },
    { name: 'weed', id: 5 },
    { name: 'unclear', id: 4, ignore: true },
  ],
  splits: {
    train: { images: 'images', labels: 'labels' },
    new: { images: 'images' },
  },
});

describe('classFrequency', () => {
  it('counts the pixels of each class and those that are ignored', async () => {
    const steps: string[] = [];
    const frequency = await classFrequency(dataset, await dataset.samples('train'), {
      onProgress: (done, total) => steps.push(`${done}/${total}`),
    });
    expect(frequency).toEqual({
      counts: [2, 3, 0],
      pixelsAround: [5, 4, 0], // 4 pixels count in a, 1 in b
      ignored: 3,
      labelMaps: 2,
    });
    expect(mostFrequentClass(frequency)).toBe(1);
    expect(steps).toEqual(['1/2', '2/2']);
  });

  it('refuses a split without label maps', async () => {
    await expect(classFrequency(dataset, await dataset.samples('new'))).rejects.toBeInstanceOf(
      DataError,
    );
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(
      classFrequency(dataset, await dataset.samples('train'), { signal }),
    ).rejects.toThrow('enough');
  });
});
