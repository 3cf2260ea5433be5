/** Batches of a dataset, epoch by epoch, decoded and augmented off the main thread. */
import { abortable } from '../../interrupt.js';
import { Random } from '../../random.js';
import type { Batch, BatchResult } from './batch.js';
import { entriesOf } from './batch-part.js';
import {
  checkInteger,
  resolveLoaderOptions,
  type LoaderOptions,
  type ResolvedLoaderOptions,
} from './loader-options.js';
import type { LabelledImage } from '../pixels.js';
import { ReadAhead } from './read-ahead.js';
import { Substitutes, type Draw } from './substitutes.js';
import { inThisThread, WorkerPool } from './worker-pool.js';

/** Where to begin and end in an epoch, what comes after it and how to stop. */
export interface EpochOptions {
  /** The first step to yield, for resuming; default 0. */
  readonly startStep?: number | undefined;
  /** The step to end before; default: the end of the epoch. */
  readonly endStep?: number | undefined;
  /**
   * The epoch that will follow: its first batches are made as soon as the last ones of this epoch are
   * under way. Default: none.
   */
  readonly nextEpoch?: number | undefined;
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
   * alone: not on the number of workers or on what was loaded before. At most `prefetch` batches are
   * ready or under way, those of `nextEpoch` included.
   *
   * @throws {@link ConfigError} if `startStep` or `endStep` lies outside the epoch
   * @throws {@link DataError} if a sample cannot be read, a worker stops or the loader is closed
   * @throws the signal's reason if it is aborted
   */
  epoch(epoch: number, options?: EpochOptions): AsyncIterable<Batch>;
  /**
   * Begins to make the first `prefetch` batches of an epoch, which {@link Loader.epoch} then takes
   * over. Those of another epoch are dropped; a batch that cannot be made is reported when its turn
   * comes.
   */
  prepare(epoch: number): void;
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
  const { samples, batchSize, stepsPerEpoch, part, workers, prefetch, task, cacheBytes } = resolved;
  const maker = options.maker ?? (workers === 0 ? inThisThread : new WorkerPool(workers));
  const cache = new Map<number, LabelledImage>();
  let cachedBytes = 0;
  let isCacheFull = cacheBytes === 0;
  let waitedMs = 0;

  const substitutes = new Substitutes(samples, task.seed, options.onBadSample ?? (() => undefined));

  const makeComplete = async (epoch: number, draws: readonly Draw[]): Promise<BatchResult> => {
    for (;;) {
      const entries = draws
        .map((draw) => substitutes.replace(epoch, draw))
        .map((draw) => ({
          ...draw,
          sample: samples[draw.index],
          decoded: cache.get(draw.index),
        }));
      const result = await maker.make({ ...task, epoch, entries, keepDecoded: !isCacheFull });
      const { bad = [] } = result;
      if (bad.length === 0) {
        return result;
      }
      substitutes.add(bad);
    }
  };

  const make = async (epoch: number, draws: readonly Draw[]): Promise<Batch> => {
    const result = await makeComplete(epoch, draws);
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

  const partOf = (draws: readonly Draw[]) => (part ? entriesOf(draws, part) : draws);
  const begin = (epoch: number, startStep: number): ReadAhead<Batch> => {
    const order = epochOrder(resolved, epoch);
    return new ReadAhead(epoch, startStep, (step) =>
      make(epoch, partOf(order.slice(step * batchSize, (step + 1) * batchSize))),
    );
  };
  /** The first batches of the epoch that will follow. */
  let prepared: ReadAhead<Batch> | undefined;
  const prepare = (epoch: number, count: number): void => {
    prepared = prepared?.epoch === epoch ? prepared : begin(epoch, 0);
    prepared.fill(stepsPerEpoch, count);
  };
  const takeOver = (epoch: number, startStep: number): ReadAhead<Batch> => {
    const found = startStep === 0 && prepared?.epoch === epoch ? prepared : undefined;
    prepared = undefined;
    return found ?? begin(epoch, startStep);
  };

  async function* epochBatches(
    epoch: number,
    { startStep = 0, endStep = stepsPerEpoch, nextEpoch, signal }: EpochOptions,
  ): AsyncGenerator<Batch, void, undefined> {
    checkInteger('startStep', startStep, 0, stepsPerEpoch);
    checkInteger('endStep', endStep, startStep, stepsPerEpoch);
    signal?.throwIfAborted();
    const ahead = takeOver(epoch, startStep);
    const fill = (): void => {
      ahead.fill(endStep, prefetch);
      if (nextEpoch !== undefined && ahead.nextStep >= endStep) {
        prepare(nextEpoch, prefetch - ahead.length);
      }
    };
    fill();
    for (let step = startStep; step < endStep; step++) {
      const start = performance.now();
      const batch = await abortable(ahead.shift(), signal);
      waitedMs += performance.now() - start;
      signal?.throwIfAborted();
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
    prepare: (epoch) => {
      prepare(epoch, prefetch);
    },
    close: async () => {
      prepared = undefined;
      if (options.maker === undefined) {
        await maker.close();
      }
    },
  };
}

/** The samples of one epoch in order: all of them once, or as they are drawn. */
function epochOrder(
  { samples, shuffle, sampling, stepsPerEpoch, batchSize, task }: ResolvedLoaderOptions,
  epoch: number,
): readonly Draw[] {
  const random = new Random(task.seed);
  if (sampling !== undefined) {
    const { sampler, cropPixels } = sampling;
    const drawing = random.fork(`rare-classes/${epoch}`);
    return Array.from({ length: stepsPerEpoch * batchSize }, (_, draw) => {
      const { index, trainId } = sampler.draw(drawing);
      const wanted = cropPixels > 0 ? { trainId, pixels: cropPixels } : undefined;
      return { index, draw, wanted };
    });
  }
  const indices = Array.from(samples.keys());
  const order = shuffle ? random.fork(`shuffle/${epoch}`).shuffle(indices) : indices;
  return order.map((index) => ({ index, draw: index }));
}
