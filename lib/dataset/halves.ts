/** The two halves of the training set that a search alternates between. */
import { ConfigError, DataError } from '../errors.js';
import { Random } from '../random.js';
import type { Sample } from './dataset.js';

/** Which samples belong to which half, as a run stores it. */
export interface Halves {
  readonly seed: number;
  /** The ids of trainA, which the weights w learn from. */
  readonly a: readonly string[];
  /** The ids of trainB, which α and β learn from. */
  readonly b: readonly string[];
}

/** The samples of both halves. */
export interface HalvedSamples {
  readonly a: readonly Sample[];
  readonly b: readonly Sample[];
}

/**
 * Two disjoint random halves of some samples; trainA gets the extra one of an odd number.
 *
 * Source: Auto-DeepLab §5.1, two disjoint sets of equal size from the training images.
 *
 * @param samples - at least two; their order does not matter
 * @param seed - from 0 to 2^32 − 1
 * @throws {@link ConfigError} if there are fewer than two samples
 * @throws {@link DataError} if two samples have the same id
 */
export function splitHalves(samples: readonly Pick<Sample, 'id'>[], seed: number): Halves {
  if (samples.length < 2) {
    throw new ConfigError(
      `halves: expected at least 2 samples, got ${samples.length}; take a larger split`,
    );
  }
  const ids = samples.map(({ id }) => id).sort();
  const twin = ids.find((id, i) => i > 0 && id === ids[i - 1]);
  if (twin !== undefined) {
    throw new DataError(`halves: expected samples with different ids, got "${twin}" twice`);
  }
  const shuffled = new Random(seed).fork('halves').shuffle(ids);
  const middle = Math.ceil(ids.length / 2);
  return { seed, a: shuffled.slice(0, middle).sort(), b: shuffled.slice(middle).sort() };
}

/**
 * The samples of stored halves, in the order of their ids.
 *
 * @param samples - the split that the halves were made of; it may have grown since
 * @throws {@link DataError} if samples are missing or a sample is in both halves
 */
export function restoreHalves(samples: readonly Sample[], halves: Halves): HalvedSamples {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const inA = new Set(halves.a);
  const shared = halves.b.find((id) => inA.has(id));
  if (shared !== undefined) {
    throw new DataError(`halves: expected disjoint halves, got "${shared}" in both; split again`);
  }
  const missing = [...halves.a, ...halves.b].filter((id) => !byId.has(id));
  if (missing.length > 0) {
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    throw new DataError(
      `halves: expected the samples that the run began with, got none for ` +
        `${missing.slice(0, 3).join(', ')}${more}; restore the dataset or start a new run`,
    );
  }
  const find = (ids: readonly string[]): Sample[] => ids.flatMap((id) => byId.get(id) ?? []);
  return { a: find(halves.a), b: find(halves.b) };
}
