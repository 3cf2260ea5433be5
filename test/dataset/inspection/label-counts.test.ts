import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { inspectData } from '../../../lib/dataset/inspection/inspect.js';
import { LabelCounts } from '../../../lib/dataset/inspection/label-counts.js';
import { DataError } from '../../../lib/errors.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { tinyDataset } from '../../training/tiny-dataset.js';

const folder = temporaryFolder();

/** What a look at a dataset makes known. */
async function looked(dataset: Dataset) {
  const counts = new LabelCounts(dataset);
  const samples = await dataset.samples('train');
  await inspectData(dataset, [{ name: 'train', role: 'training', samples }], {
    onLook: (look) => {
      counts.add(look);
    },
  });
  return { counts, samples };
}

describe('LabelCounts', () => {
  it('reads nothing that was looked at, and counts the same', async () => {
    const dataset = await tinyDataset(path.join(folder, 'data'), { train: 3 });
    const { counts, samples } = await looked(dataset);
    const read = await new LabelCounts(dataset).of(samples);
    expect(read.map((pixels) => [...pixels.values()].reduce((sum, n) => sum + n))).toEqual([
      40 * 44,
      40 * 44,
      40 * 44,
    ]);
    await Promise.all(samples.map(({ labelFile }) => rm(labelFile!)));
    const sorted = (maps: readonly ReadonlyMap<number, number>[]) =>
      maps.map((pixels) => [...pixels].sort(([a], [b]) => a - b));
    expect(sorted(await counts.of(samples))).toEqual(sorted(read));
    await expect(new LabelCounts(dataset).of(samples)).rejects.toThrow(DataError);
  });

  it('reads those that were not, and says how many', async () => {
    const dataset = await tinyDataset(path.join(folder, 'other'), { train: 2, val: 2 });
    const { counts, samples } = await looked(dataset);
    const more = [...samples, ...(await dataset.samples('val'))];
    const told: number[][] = [];
    await counts.of(more, { onProgress: (...progress) => told.push(progress) });
    expect(told).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('needs a label map', async () => {
    const dataset = await tinyDataset(path.join(folder, 'none'), { train: 1 });
    const [sample] = await dataset.samples('train');
    await expect(
      new LabelCounts(dataset).of([{ ...sample, labelFile: undefined }]),
    ).rejects.toThrow('tiny: expected label maps to count classes in, got none');
  });
});
