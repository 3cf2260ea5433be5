/** Batches of a dataset, epoch by epoch, decoded and augmented off the main thread. */
import { Random } from '../../random.js';
import type { Batch, BatchResult } from './batch.js';
import {
  checkInteger,
  resolveLoaderOptions,
  type LoaderOptions,
  type ResolvedLoaderOptions,
} from './loader-options.js';
import type { LabelledImage } from '../pixels.js';
import { inThisThread, WorkerPool } from './worker-pool.js';

/** Where to begin in an epoch and how to stop. */
export interface EpochOptions {
  /** The first step to yield, for resuming; default 0. */
  readonly startStep?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Yields batches; owns worker threads. */
export interface Loader {
  readonly stepsPerEpoch: number;
  /** How long consumers have waited for batches so far, in ms. */
  readonly waitedMs: number;
  /** How many bytes of decoded samples are kept. */
  readonly cachedBytes: number;
  /**
   * The batches of an epoch from `startStep` on. Order and content depend on seed, epoch and step
   * alone: not on the number of workers or on what was loaded before.
   *
   * @throws {@link ConfigError} if `startStep` lies outside the epoch
   * @throws {@link DataError} if a sample cannot be read, a worker stops or the loader is closed
   * @throws the signal's reason if it is aborted
   */
  epoch(epoch: number, options?: EpochOptions): AsyncIterable<Batch>;
  /** Ends the threads; epochs under way fail. */
  close(): Promise<void>;
}

/**
 * Creates a loader.
 *
 * @throws {@link ConfigError} if an option is out of range, if there are no samples, or if samples
 *   for training have no label map
 *
 * @example
 * const loader = createLoader({ dataset, samples, crop: 321, batchSize: 2, seed: 1 });
 * for await (const batch of loader.epoch(0)) console.log(batch.ids);
 * await loader.close();
 */
export function createLoader(options: LoaderOptions): Loader {
  const resolved = resolveLoaderOptions(options);
  const { samples, batchSize, stepsPerEpoch, workers, prefetch, task, cacheBytes } = resolved;
  const maker = options.maker ?? (workers === 0 ? inThisThread : new WorkerPool(workers));
  const cache = new Map<number, LabelledImage>();
  let cachedBytes = 0;
  let isCacheFull = cacheBytes === 0;
  let waitedMs = 0;

  const make = async (epoch: number, indices: readonly number[]): Promise<Batch> => {
    const entries = indices.map((index) => ({
      sample: samples[index],
      index,
      decoded: cache.get(index),
    }));
    const result: BatchResult = await maker.make({
      ...task,
      epoch,
      entries,
      keepDecoded: !isCacheFull,
    });
    for (const { index, pixels } of result.decoded) {
      const bytes = pixels.image.data.length + (pixels.labels?.data.length ?? 0);
      isCacheFull ||= cachedBytes + bytes > cacheBytes;
      if (isCacheFull || cache.has(index)) {
        continue;
      }
      cache.set(index, pixels);
      cachedBytes += bytes;
    }
    return result.batch;
  };

  async function* epochBatches(
    epoch: number,
    { startStep = 0, signal }: EpochOptions,
  ): AsyncGenerator<Batch, void, undefined> {
    checkInteger('startStep', startStep, 0, stepsPerEpoch);
    const order = epochOrder(resolved, epoch);
    const ahead: Promise<Batch>[] = [];
    let next = startStep;
    const fill = (): void => {
      for (; next < stepsPerEpoch && ahead.length < prefetch; next++) {
        const batch = make(epoch, order.slice(next * batchSize, (next + 1) * batchSize));
        batch.catch(() => undefined); // reported when its turn comes, if it comes
        ahead.push(batch);
      }
    };
    signal?.throwIfAborted();
    fill();
    for (let first = ahead.shift(); first !== undefined; first = ahead.shift()) {
      const start = performance.now();
      const batch = await abortable(first, signal);
      waitedMs += performance.now() - start;
      fill();
      yield batch;
      signal?.throwIfAborted();
    }
  }

  return {
    stepsPerEpoch,
    get waitedMs() {
      return waitedMs;
    },
    get cachedBytes() {
      return cachedBytes;
    },
    epoch: (epoch, epochOptions = {}) => epochBatches(epoch, epochOptions),
    close: async () => {
      if (options.maker === undefined) {
        await maker.close();
      }
    },
  };
}

/** The indices of the samples in the order of one epoch. */
function epochOrder(
  { samples, shuffle, task }: ResolvedLoaderOptions,
  epoch: number,
): readonly number[] {
  const indices = Array.from(samples.keys());
  return shuffle ? new Random(task.seed).fork(`shuffle/${epoch}`).shuffle(indices) : indices;
}

/** The promise, or a rejection with the signal's reason as soon as it is aborted. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) {
      signal.removeEventListener('abort', stop);
    }
  }
}
