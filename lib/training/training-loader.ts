/** Batches for training, as the options of a run say. */
import type { Dataset, Sample } from '../dataset/dataset.js';
import { createLoader, type Loader } from '../dataset/loading/loader.js';
import type { BatchMaker } from '../dataset/loading/worker-pool.js';
import { ConfigError } from '../errors.js';
import { Random } from '../random.js';
import type { RunSampling } from './rare-classes.js';
import type { RunWork } from './run-work.js';
import type { SkippedImages } from './skipped-images.js';

/** What the loaders of a run share. */
export interface LoaderContext {
  readonly dataset: Dataset;
  readonly work: Pick<RunWork<never, never, unknown>, 'declared' | 'options' | 'batchesPerStep'>;
  readonly maker: BatchMaker;
  readonly sampling: RunSampling;
  /** Takes the images that cannot be read, if the options skip them. */
  readonly skipped: Pick<SkippedImages, 'add'>;
  /** The rank of this process in a ring, whose replica's images alone it reads; undefined: no ring. */
  readonly rank: number | undefined;
}

/**
 * The loader of some training samples.
 *
 * @param name - from which, with the seed, their order follows
 * @throws {@link ConfigError} if they are fewer than a step takes
 */
export function trainingLoader(
  { dataset, work, maker, sampling, skipped, rank }: LoaderContext,
  samples: readonly Sample[],
  name: string,
): Loader {
  const { declared, options, batchesPerStep } = work;
  const { crop, augment, resolution, workers, seed, batchSize, replicas, badImages } = options;
  if (samples.length >= batchSize && samples.length < batchSize * batchesPerStep) {
    throw new ConfigError(
      `${declared.name}: expected at least ${batchSize * batchesPerStep} samples of ${dataset.name} ` +
        `for a step of ${batchesPerStep} batches of ${batchSize}, got ${samples.length}; lower the ` +
        `option accumulate to at most ${Math.floor(samples.length / batchSize)}, or the option ` +
        'batchSize, or take a larger split',
    );
  }
  return createLoader({
    dataset,
    samples,
    sampling: sampling.of(samples),
    crop,
    batchSize: batchSize * batchesPerStep,
    part: rank === undefined ? undefined : { replica: rank, replicas, within: batchSize },
    augment,
    resolution,
    seed: new Random(seed).fork(name).seed,
    maker,
    onBadSample: badImages === 'skip' ? skipped.add : undefined,
    workers: workers ?? undefined,
  });
}
