import { availableParallelism } from 'node:os';
import type { Dataset, Sample } from '../dataset/dataset.js';
import { cachingMaker } from '../dataset/loading/cache/caching-maker.js';
import { entryName, readingDigest } from '../dataset/loading/cache/entry-source.js';
import { cacheBytes, openSampleCache } from '../dataset/loading/cache/sample-cache.js';
import { inThisThread, WorkerPool, type BatchMaker } from '../dataset/loading/worker-pool.js';
import { DEFAULT_MAX_PIXELS } from '../dataset/reading/files.js';
import { ConfigError } from '../errors.js';
import { count } from '../text.js';
import type { OnProgress } from './events.js';
import type { DataConfig } from './options/data.js';
import type { Housekeeping } from './options/housekeeping.js';

/**
 * Checks a number of threads that read images.
 *
 * @throws {@link ConfigError} unless it is a whole number or null
 */
export function checkWorkers(workers: number | null): void {
  if (workers !== null && !(Number.isInteger(workers) && workers >= 0)) {
    throw new ConfigError(
      `workers: expected a whole number of at least 0, or null for as many as fit, got ${workers}`,
    );
  }
}

/**
 * Threads that make the batches of all loaders of a run.
 *
 * @param workers - how many; 0: the main thread; null: one less than the cores, at most 2
 * @returns what makes batches; the caller closes it
 * @throws {@link ConfigError} if the number of workers is none
 */
export function batchMaker(workers: number | null): BatchMaker {
  checkWorkers(workers);
  const threads = workers ?? Math.max(1, Math.min(2, availableParallelism() - 1));
  return threads === 0 ? inThisThread : new WorkerPool(threads);
}

const GIB = 2 ** 30;
const gibibytes = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/**
 * Threads that make the batches of all loaders of a run, through the cache that its options name.
 *
 * @param samples - what the run reads
 * @returns what makes batches; the caller closes it
 * @throws {@link ConfigError} if the cache cannot be a folder
 * @throws {@link DataError} if its folder cannot be read
 */
export async function runBatchMaker(
  { workers, cache: folder, cacheLimit, resolution }: Housekeeping & DataConfig,
  { labelTable }: Dataset,
  samples: readonly Sample[],
  onProgress: OnProgress | undefined,
): Promise<BatchMaker> {
  if (folder === null) {
    return batchMaker(workers);
  }
  const reading = readingDigest(labelTable, { resolution, maxPixels: DEFAULT_MAX_PIXELS });
  const needed = samples.map((sample) => entryName(sample, reading));
  const maxBytes = cacheLimit * GIB;
  const { cache, entries } = await openSampleCache({ folder, maxBytes, needed });
  const text =
    `cache ${cache.folder}: ${count(entries, 'decoded sample')}, ` +
    `${gibibytes(cacheBytes(cache))} of at most ${gibibytes(maxBytes)}`;
  onProgress?.({ kind: 'note', text });
  return cachingMaker(batchMaker(workers), cache, (note) => {
    onProgress?.({ kind: 'warning', text: note });
  });
}
