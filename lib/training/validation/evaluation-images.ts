/** Batches of images for validation and evaluation, size by size, made ahead in worker threads. */
import { ConfigError } from '../../errors.js';
import { abortable } from '../../interrupt.js';
import type { Batch, BatchTask } from '../../dataset/loading/batch.js';
import type { LabelTable, Sample } from '../../dataset/dataset.js';
import { spreadEvenly } from '../../dataset/spread-evenly.js';
import { DEFAULT_MAX_PIXELS } from '../../dataset/reading/files.js';
import type { Resolution } from '../../dataset/reading/geometry.js';
import type { Size } from '../../size.js';
import type { BatchMaker } from '../../dataset/loading/worker-pool.js';

/** How images are brought to the sizes of batches. */
export type EvaluationView =
  /** The whole image, padded on the right and below. */
  | 'whole'
  /** A window in the middle. */
  | 'crop';

/**
 * Checks a number of images.
 *
 * @param option - what it is called where it was given
 * @throws {@link ConfigError} unless it is a whole number above 0, or null for all
 */
export function checkLimit(option: string, limit: number | null): void {
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1)) {
    throw new ConfigError(`${option}: expected a whole number above 0, got ${limit}`);
  }
}

/**
 * At most `limit` samples, spread evenly over the split.
 *
 * @param option - what the limit is called where it was given
 * @throws {@link ConfigError} if `limit` is not a whole number above 0
 */
export function limitSamples(
  samples: readonly Sample[],
  limit: number | null,
  option = 'validationImages',
): readonly Sample[] {
  checkLimit(option, limit);
  return spreadEvenly(samples, limit ?? Infinity);
}

/** The images that are brought to one size. */
export interface SizeBucket {
  readonly size: Size;
  /** Their positions in the list of samples, in order. */
  readonly indices: readonly number[];
}

/** What to read for an evaluation. */
export interface EvaluationImages {
  readonly samples: readonly Sample[];
  readonly labelTable: LabelTable;
  /** The samples by the size that they are brought to. */
  readonly buckets: readonly SizeBucket[];
  readonly view: EvaluationView;
  readonly resolution: Resolution;
  /** The most images of a batch. */
  readonly batchSize: number;
  readonly maker: BatchMaker;
}

/** A batch of which only the first images count; the others fill it up. */
export interface EvaluationBatch {
  readonly batch: Batch;
  /** The positions of the images that count in the list of samples. */
  readonly indices: readonly number[];
}

/** Batches made ahead. */
const AHEAD = 2;

/** The images of a batch, in the size of its bucket. */
interface BatchPlan {
  readonly bucket: SizeBucket;
  /** Where it begins in the bucket. */
  readonly first: number;
}

/** All batches, bucket by bucket. */
function plan({ buckets, batchSize }: EvaluationImages): BatchPlan[] {
  return buckets.flatMap((bucket) => {
    const count = Math.ceil(bucket.indices.length / batchSize);
    return Array.from({ length: count }, (_, i) => ({ bucket, first: i * batchSize }));
  });
}

/**
 * All images, bucket by bucket, in batches of one size per bucket: its last is filled up with images
 * from its start, so that one compiled step serves the bucket.
 *
 * @throws {@link DataError} if a sample cannot be read
 * @throws the signal's reason as soon as it is aborted, also while a sample is waited for
 */
export async function* evaluationBatches(
  images: EvaluationImages,
  signal?: AbortSignal,
): AsyncGenerator<EvaluationBatch, void, undefined> {
  const { samples, batchSize, maker, labelTable, view, resolution } = images;
  const common: Omit<BatchTask, 'entries' | 'height' | 'width'> = {
    labelTable,
    resolution,
    seed: 0,
    epoch: 0,
    augment: undefined,
    fit: view === 'whole' ? 'pad' : 'center',
    maxPixels: DEFAULT_MAX_PIXELS,
    keepDecoded: false,
  };
  const make = ({ bucket, first }: BatchPlan): Promise<EvaluationBatch> => {
    const { size, indices } = bucket;
    const entries = Array.from({ length: Math.min(batchSize, indices.length) }, (_, i) => {
      const index = indices[(first + i) % indices.length];
      return { sample: samples[index], index, draw: index, decoded: undefined };
    });
    const { height, width } = size;
    const made = maker.make({ ...common, height, width, entries }).then(({ batch }) => ({
      batch,
      indices: indices.slice(first, first + batchSize),
    }));
    made.catch(() => undefined); // reported when its turn comes, if it comes
    return made;
  };
  const plans = plan(images);
  const ahead = plans.splice(0, AHEAD).map(make);
  for (let next = ahead.shift(); next; next = ahead.shift()) {
    yield await abortable(next, signal);
    ahead.push(...plans.splice(0, 1).map(make));
  }
}
