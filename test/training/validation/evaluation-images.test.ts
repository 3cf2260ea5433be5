import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { inThisThread } from '../../../lib/dataset/loading/worker-pool.js';
import { ConfigError } from '../../../lib/errors.js';
import {
  commonSize,
  evaluationBatches,
  limitSamples,
} from '../../../lib/training/validation/evaluation-images.js';
import { pngWithOrientation } from '../../helpers/exif.js';
import { flatGrey } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../tiny-dataset.js';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 2, val: 5 });
  const wide = flatGrey(70, 20, 1);
  await writeTree(folder, { 'wide.png': wide, 'turned.png': pngWithOrientation(wide, 6) });
});

describe('commonSize', () => {
  it('holds the largest image in each direction, at the resolution asked for', async () => {
    const samples = await dataset.samples('val'); // 44 x 40
    const wide = { ...samples[0], imageFile: path.join(folder, 'wide.png') };
    expect(await commonSize([...samples, wide], 1)).toEqual({ height: 65, width: 97 });
    expect(await commonSize([...samples, wide], 0.5)).toEqual({ height: 33, width: 65 });
  });

  it('takes the size that an image has upright', async () => {
    const samples = await dataset.samples('val');
    const turned = { ...samples[0], imageFile: path.join(folder, 'turned.png') };
    expect(await commonSize([turned], 1)).toEqual({ height: 97, width: 33 });
  });
});

describe('limitSamples', () => {
  const samples = Array.from({ length: 10 }, (_, i) => ({
    id: String(i),
    imageFile: '',
    labelFile: undefined,
  }));
  const ids = (limit: number | null) => limitSamples(samples, limit).map(({ id }) => Number(id));

  it('spreads what it takes evenly over the split', () => {
    expect(ids(2)).toEqual([0, 5]);
    expect(ids(4)).toEqual([0, 2, 5, 7]);
    expect(ids(10)).toHaveLength(10);
    expect(ids(99)).toHaveLength(10);
    expect(ids(null)).toHaveLength(10);
  });

  it('refuses a limit that is not a whole number above 0', () => {
    expect(() => ids(0)).toThrow(ConfigError);
    expect(() => ids(1.5)).toThrow(ConfigError);
  });
});

describe('evaluationBatches', () => {
  it('gives every image once in order and fills the last batch up from the start', async () => {
    const samples = await dataset.samples('val');
    const seen: { ids: readonly string[]; count: number; labels: Int32Array }[] = [];
    const images = {
      samples,
      labelTable: dataset.labelTable,
      size: { height: 65, width: 65 },
      view: 'whole',
      resolution: 1,
      batchSize: 2,
      maker: inThisThread,
    } as const;
    for await (const { batch, count } of evaluationBatches(images)) {
      seen.push({ ids: batch.ids, count, labels: batch.labels });
    }
    const ids = samples.map(({ id }) => id);
    expect(seen.map((entry) => entry.ids)).toEqual([
      [ids[0], ids[1]],
      [ids[2], ids[3]],
      [ids[4], ids[0]],
    ]);
    expect(seen.map(({ count }) => count)).toEqual([2, 2, 1]);
    expect(seen[0].labels[64]).toBe(255); // right of the image: padding
    expect(seen[0].labels[0]).toBeLessThan(3);
    expect(seen[0].labels.filter((label) => label !== 255)).toHaveLength(2 * 40 * 44);
  });
});
