import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { inThisThread } from '../../../lib/dataset/loading/worker-pool.js';
import { ConfigError } from '../../../lib/errors.js';
import {
  evaluationBatches,
  limitSamples,
} from '../../../lib/training/validation/evaluation-images.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../tiny-dataset.js';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 2, val: 5 });
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
  it('gives every image once, bucket by bucket, and fills the last batch of each up', async () => {
    const samples = await dataset.samples('val');
    const seen: { ids: readonly string[]; indices: readonly number[]; labels: Int32Array }[] = [];
    const [size, large] = [
      { height: 65, width: 65 },
      { height: 65, width: 97 },
    ];
    const images = {
      samples,
      labelTable: dataset.labelTable,
      buckets: [
        { size: large, indices: [1] },
        { size, indices: [0, 2, 4] },
        { size, indices: [3] },
      ],
      view: 'whole',
      resolution: 1,
      batchSize: 2,
      maker: inThisThread,
    } as const;
    for await (const { batch, indices } of evaluationBatches(images)) {
      seen.push({ ids: batch.ids, indices, labels: batch.labels });
    }
    const ids = samples.map(({ id }) => id);
    expect(seen.map((entry) => entry.ids)).toEqual([
      [ids[1]],
      [ids[0], ids[2]],
      [ids[4], ids[0]],
      [ids[3]],
    ]);
    expect(seen.map(({ indices }) => indices)).toEqual([[1], [0, 2], [4], [3]]);
    expect(seen[0].labels).toHaveLength(65 * 97);
    expect(seen[1].labels[64]).toBe(255); // right of the image: padding
    expect(seen[1].labels[0]).toBeLessThan(3);
    expect(seen[1].labels.filter((label) => label !== 255)).toHaveLength(2 * 40 * 44);
  });

  it('ends at an interrupt, also while an image does not come', async () => {
    const samples = await dataset.samples('val');
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const images = {
      samples,
      labelTable: dataset.labelTable,
      buckets: [{ size: { height: 65, width: 65 }, indices: [0] }],
      view: 'whole',
      resolution: 1,
      batchSize: 1,
      maker: {
        make: () => new Promise<never>(() => undefined),
        close: () => Promise.resolve(),
      },
    } as const;
    const next = evaluationBatches(images, controller.signal).next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });
});
