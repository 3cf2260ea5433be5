import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../../cli/compiled-cli.js';
import type { Batch } from '../../../lib/dataset/loading/batch.js';
import {
  createLoader,
  type EpochOptions,
  type Loader,
} from '../../../lib/dataset/loading/loader.js';
import type { LoaderOptions } from '../../../lib/dataset/loading/loader-options.js';
import { DataError } from '../../../lib/errors.js';
import { dataset, samples as seven } from './seven-samples.js';

/** Three times the seven images; those of the given places are missing. */
function withMissing(...places: readonly number[]) {
  const all = [...seven, ...seven, ...seven].map((sample, i) => ({ ...sample, id: `s${i}` }));
  return all.map((sample, i) =>
    places.includes(i) ? { ...sample, imageFile: `/missing/${i}.png` } : sample,
  );
}

const loaders: Loader[] = [];
afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()));
});
beforeAll(ensureCompiled);

function load(places: readonly number[], options: Partial<LoaderOptions> = {}) {
  const skipped: string[] = [];
  const loader = createLoader({
    dataset,
    samples: withMissing(...places),
    crop: 8,
    batchSize: 3,
    seed: 1,
    workers: 0,
    onBadSample: ({ id }, reason) => skipped.push(`${id}: ${reason}`),
    ...options,
  });
  loaders.push(loader);
  const epoch = async (number: number, epochOptions?: EpochOptions): Promise<Batch[]> => {
    const all: Batch[] = [];
    for await (const batch of loader.epoch(number, epochOptions)) {
      all.push(batch);
    }
    return all;
  };
  return { epoch, skipped };
}

const ids = (batches: readonly Batch[]) => batches.flatMap((batch) => batch.ids);

describe('a sample that cannot be read', () => {
  it('is replaced by another one of the same samples, and named once', async () => {
    const whole = ids(await load([]).epoch(0));
    const { epoch, skipped } = load([4, 9]);
    const replaced = ids(await epoch(0));
    await epoch(1);
    expect(skipped).toHaveLength(2);
    expect(skipped.sort()[0]).toMatch(/^s4: image \/missing\/4\.png: expected a readable file/);
    for (const [i, id] of whole.entries()) {
      if (['s4', 's9'].includes(id)) {
        expect(['s4', 's9']).not.toContain(replaced[i]);
      } else {
        expect(replaced[i]).toBe(id);
      }
    }
  });

  it('has the same stand-in whenever it is found, in any thread', async () => {
    const { epoch } = load([4, 9]);
    await epoch(0);
    const known = await epoch(1);
    expect(known).toEqual(await load([4, 9], { workers: 2 }).epoch(1));
    const resumed = await load([4, 9], { cacheBytes: 0 }).epoch(1, { startStep: 3 });
    expect(resumed).toEqual(known.slice(3));
  });

  it('ends the reading if more than a tenth are bad, and at the first unless asked', async () => {
    const failure = await load([4, 9, 15])
      .epoch(0)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DataError);
    expect((failure as Error).message).toMatch(
      /expected at most a tenth of 21 samples that cannot be read, got 3, the last one: image \/miss/,
    );
    await expect(load([4], { onBadSample: undefined }).epoch(0)).rejects.toThrow(/missing\/4.png/);
  });
});
