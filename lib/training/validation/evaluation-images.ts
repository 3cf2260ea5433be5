/** Batches of images for validation and evaluation, in order, made ahead in worker threads. */
import { ConfigError } from '../../errors.js';
import type { Batch, BatchTask } from '../../dataset/loading/batch.js';
import type { LabelTable, Sample } from '../../dataset/dataset.js';
import { spreadEvenly } from '../../dataset/spread-evenly.js';
import { DEFAULT_MAX_PIXELS } from '../../dataset/reading/files.js';
import { readImageHeader } from '../../dataset/reading/image-file.js';
import { readingSize, type Resolution } from '../../dataset/reading/geometry.js';
import { paddedSize, type Size } from '../../size.js';
import type { BatchMaker } from '../../dataset/loading/worker-pool.js';

/** How images are brought to one size. */
export type EvaluationView =
  /** The whole image, padded on the right and below. */
  | 'whole'
  /** A window in the middle. */
  | 'crop';

/** Headers read at the same time. */
const PARALLEL_HEADERS = 8;

/**
 * The one size to which all images of a split are padded: the smallest 32 · k + 1 that holds the
 * largest of them, as the authors' evaluation does (1025 × 2049 for Cityscapes).
 *
 * Images of many sizes, such as those of VOC (up to 500 × 500, so 513 × 513), are padded alike; with a
 * fixed longer side, as for ADE20K, that size is small whatever the largest file is.
 *
 * @param resolution - how large images are read
 */
export async function commonSize(
  samples: readonly Sample[],
  resolution: Resolution,
): Promise<Size> {
  let height = 1;
  let width = 1;
  for (let i = 0; i < samples.length; i += PARALLEL_HEADERS) {
    const files = samples.slice(i, i + PARALLEL_HEADERS).map(({ imageFile }) => imageFile);
    for (const { size } of await Promise.all(files.map(readImageHeader))) {
      const scaled = readingSize(size, resolution);
      height = Math.max(height, scaled.height);
      width = Math.max(width, scaled.width);
    }
  }
  return paddedSize({ height, width });
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
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1)) {
    throw new ConfigError(`${option}: expected a whole number above 0, got ${limit}`);
  }
  return spreadEvenly(samples, limit ?? Infinity);
}

/** What to read for an evaluation. */
export interface EvaluationImages {
  readonly samples: readonly Sample[];
  readonly labelTable: LabelTable;
  /** The size of the batches. */
  readonly size: Size;
  readonly view: EvaluationView;
  readonly resolution: Resolution;
  readonly batchSize: number;
  readonly maker: BatchMaker;
}

/** A batch of which only the first `count` images count; the others fill it up. */
export interface EvaluationBatch {
  readonly batch: Batch;
  readonly count: number;
}

/** Batches made ahead. */
const AHEAD = 2;

/**
 * All images in order, in batches of one size: the last is filled up with images from the start, so
 * that one compiled step serves all.
 *
 * @throws {@link DataError} if a sample cannot be read
 */
export async function* evaluationBatches(
  images: EvaluationImages,
): AsyncGenerator<EvaluationBatch, void, undefined> {
  const { samples, batchSize, maker, size, labelTable, view, resolution } = images;
  const common: Omit<BatchTask, 'entries'> = {
    height: size.height,
    width: size.width,
    labelTable,
    resolution,
    seed: 0,
    epoch: 0,
    augment: undefined,
    fit: view === 'whole' ? 'pad' : 'center',
    maxPixels: DEFAULT_MAX_PIXELS,
    keepDecoded: false,
  };
  const make = (first: number): Promise<EvaluationBatch> => {
    const indices = Array.from({ length: batchSize }, (_, i) => (first + i) % samples.length);
    const entries = indices.map((index) => ({
      sample: samples[index],
      index,
      decoded: undefined,
    }));
    const made = maker.make({ ...common, entries }).then(({ batch }) => ({
      batch,
      count: Math.min(batchSize, samples.length - first),
    }));
    made.catch(() => undefined); // reported when its turn comes, if it comes
    return made;
  };
  const ahead: Promise<EvaluationBatch>[] = [];
  let next = 0;
  while (next < samples.length || ahead.length > 0) {
    while (next < samples.length && ahead.length < AHEAD) {
      ahead.push(make(next));
      next += batchSize;
    }
    const first = ahead.shift();
    if (first) {
      yield await first;
    }
  }
}
