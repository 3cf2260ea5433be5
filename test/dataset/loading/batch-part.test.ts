import { describe, expect, it } from 'vitest';
import { checkPart, entriesOf } from '../../../lib/dataset/loading/batch-part.js';
import { createLoader } from '../../../lib/dataset/loading/loader.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { writeSample } from '../../../lib/sample/write-sample.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

describe('the part of a replica in a batch', () => {
  // Two lots of six images, each divided by three replicas.
  it('is its share of every lot', () => {
    const entries = [...'abcdefghijkl'];
    const parts = [0, 1, 2].map((replica) =>
      entriesOf(entries, { replica, replicas: 3, within: 6 }),
    );
    expect(parts.map((part) => part.join(''))).toEqual(['abgh', 'cdij', 'efkl']);
  });

  it.each([
    [{ replica: 0, replicas: 4, within: 6 }],
    [{ replica: 0, replicas: 2, within: 8 }],
    [{ replica: 2, replicas: 2, within: 6 }],
  ])('is refused where there is none: %j', (part) => {
    expect(() => {
      checkPart(part, 12);
    }).toThrow('loader: expected batches of 12 images as lots of');
  });
});

describe('a loader of a part', () => {
  const root = temporaryFolder();

  it('makes what the whole batch has there, and reads no other image', async () => {
    await writeSample({ root, width: 128, height: 64, counts: { train: 9, val: 0 } });
    const dataset = await openDataset('sample', { root });
    const samples = await dataset.samples('train');
    const options = { dataset, samples, crop: 33, batchSize: 4, seed: 7, workers: 0 };
    const read = async (part?: { replica: number; replicas: number; within: number }) => {
      const loader = createLoader({ ...options, part });
      const batches = [];
      for await (const batch of loader.epoch(3, { startStep: 1 })) {
        batches.push(batch);
      }
      return { batches, cached: loader.cachedBytes, stepsPerEpoch: loader.stepsPerEpoch };
    };
    const whole = await read();
    const parts = await Promise.all(
      [0, 1].map((replica) => read({ replica, replicas: 2, within: 4 })),
    );
    expect(whole.batches).toHaveLength(1);
    const [{ images, labels, ids }] = whole.batches;
    for (const [k, { batches, cached, stepsPerEpoch }] of parts.entries()) {
      expect(stepsPerEpoch).toBe(whole.stepsPerEpoch);
      expect(cached).toBe(whole.cached / 2);
      const [batch] = batches;
      const half = <T extends { slice(start: number, end: number): T; readonly length: number }>(
        all: T,
      ) => all.slice((k * all.length) / 2, ((k + 1) * all.length) / 2);
      expect(batch.ids).toEqual(ids.slice(2 * k, 2 * k + 2));
      expect(batch.images).toEqual(half(images));
      expect(batch.labels).toEqual(half(labels));
    }
  });
});
