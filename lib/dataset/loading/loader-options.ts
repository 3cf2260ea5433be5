/** The options of a loader: their meaning, defaults and limits. */
import { availableParallelism } from 'node:os';
import { ConfigError } from '../../errors.js';
import { Random } from '../../random.js';
import { resolveAugmentation, type AugmentOptions } from '../reading/augment.js';
import type { BatchTask } from './batch.js';
import { checkPart, type BatchPart } from './batch-part.js';
import type { Dataset, Sample } from '../dataset.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import type { Resolution } from '../reading/geometry.js';
import { toSize, type Size } from '../../size.js';
import type { RareClassSampler } from './rare-classes.js';
import type { BatchMaker } from './worker-pool.js';

/** How the samples of an epoch are drawn. */
export interface Sampling {
  readonly sampler: RareClassSampler;
  /** Pixels of the class that an image was drawn for that its window should hold; 0: any window. */
  readonly cropPixels: number;
}

/** What to load and how. */
export interface LoaderOptions {
  /** Where the samples are from. */
  readonly dataset: Pick<Dataset, 'name' | 'labelTable'>;
  /** The samples of an epoch. */
  readonly samples: readonly Sample[];
  /** The size of the images in a batch; a number means a square. */
  readonly crop: number | Size;
  readonly batchSize: number;
  /** From 0 to 2^32 − 1: order and augmentation follow from it. */
  readonly seed: number;
  /**
   * Random views for training; options left out take the authors' values. `false`: whole images for
   * evaluation, as `fit` says. Default: the authors' augmentation.
   */
  readonly augment?: Partial<AugmentOptions> | false | undefined;
  /**
   * Without augmentation, `pad` (default) puts the whole image at the upper left of the crop and
   * refuses larger images; `center` takes the middle.
   */
  readonly fit?: 'pad' | 'center' | undefined;
  /** Whether every epoch has another order; default: with augmentation only. */
  readonly shuffle?: boolean | undefined;
  /** The last batch of an epoch if it is not full; default `drop` with augmentation, else `keep`. */
  readonly lastBatch?: 'drop' | 'keep' | undefined;
  /** The share of the full height and width to read at, or `{ longerSide: pixels }`; default 1. */
  readonly resolution?: Resolution | undefined;
  /** Worker threads; 0: the main thread. Default: one less than the cores, at most 2, at least 1. */
  readonly workers?: number | undefined;
  /** How many batches are made ahead; default: one more than the workers. */
  readonly prefetch?: number | undefined;
  /**
   * Memory for decoded samples, in bytes (4 per pixel), shared by all threads; default 256 MiB.
   * The first samples that fit stay; 0 keeps none.
   */
  readonly cacheBytes?: number | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
  /** Draws the samples of every epoch, instead of each of them once. */
  readonly sampling?: Sampling | undefined;
  /**
   * Called for each sample that cannot be read; another one, drawn at random, takes its place then. If
   * it is more than a tenth of them, reading fails. Default: reading fails at the first.
   */
  readonly onBadSample?: ((sample: Sample, reason: string) => void) | undefined;
  /**
   * The part of each batch that is made, where other processes make the others; order and augmentation are
   * those of whole batches. Default: all of it.
   */
  readonly part?: BatchPart | undefined;
  /** Makes the batches instead of the loader's own threads; the loader does not close it. */
  readonly maker?: BatchMaker | undefined;
}

/** Options with defaults filled in and checked. */
export interface ResolvedLoaderOptions {
  readonly samples: readonly Sample[];
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly shuffle: boolean;
  readonly sampling: Sampling | undefined;
  readonly part: BatchPart | undefined;
  readonly workers: number;
  readonly prefetch: number;
  readonly cacheBytes: number;
  /** What all batches have in common. */
  readonly task: Omit<BatchTask, 'epoch' | 'entries' | 'keepDecoded'>;
}

/**
 * Fills in the defaults and checks the values.
 *
 * @throws {@link ConfigError} naming the option that is wrong
 */
export function resolveLoaderOptions(options: LoaderOptions): ResolvedLoaderOptions {
  const { dataset, samples, batchSize, seed, crop, resolution = 1 } = options;
  const augment = options.augment === false ? undefined : resolveAugmentation(options.augment);
  const isTraining = augment !== undefined;
  const { lastBatch = isTraining ? 'drop' : 'keep', shuffle = isTraining, fit = 'pad' } = options;
  const workers = options.workers ?? Math.max(1, Math.min(2, availableParallelism() - 1));
  const prefetch = options.prefetch ?? workers + 1;
  const { cacheBytes = 2 ** 28, maxPixels = DEFAULT_MAX_PIXELS } = options;
  const { height, width } = toSize(crop);
  checkChoice('fit', fit, ['pad', 'center']);
  checkChoice('lastBatch', lastBatch, ['drop', 'keep']);
  new Random(seed); // refuses an invalid seed
  checkInteger('crop height', height, 1);
  checkInteger('crop width', width, 1);
  checkInteger('batchSize', batchSize, 1);
  checkInteger('workers', workers, 0);
  checkInteger('prefetch', prefetch, 1);
  checkInteger('maxPixels', maxPixels, 1);
  if (!(cacheBytes >= 0)) {
    throw new ConfigError(`loader: expected cacheBytes of at least 0, got ${cacheBytes}`);
  }
  if (typeof resolution !== 'number') {
    checkInteger('resolution.longerSide', resolution.longerSide, 1);
  } else if (!(resolution > 0 && resolution <= 1)) {
    throw new ConfigError(`loader: expected a resolution above 0 and up to 1, got ${resolution}`);
  }
  const stepsPerEpoch = (lastBatch === 'drop' ? Math.floor : Math.ceil)(samples.length / batchSize);
  if (stepsPerEpoch === 0) {
    throw new ConfigError(
      `loader: expected at least ${lastBatch === 'drop' ? batchSize : 1} samples of ` +
        `${dataset.name} for a batch, got ${samples.length}; lower the option batchSize, or take a larger split`,
    );
  }
  if (options.part !== undefined) {
    checkPart(options.part, batchSize);
  }
  const unlabelled = samples.find(({ labelFile }) => labelFile === undefined);
  if (isTraining && unlabelled !== undefined) {
    throw new ConfigError(
      `loader: expected samples with label maps for training, got none for ${unlabelled.id}; ` +
        'train on a labelled split; a loader for prediction takes { augment: false }',
    );
  }
  const { labelTable } = dataset;
  const namesBad = options.onBadSample !== undefined;
  const view = { height, width, augment, fit, resolution, maxPixels };
  const task = { ...view, labelTable, seed, namesBad };
  return {
    samples,
    batchSize,
    stepsPerEpoch,
    shuffle,
    sampling: options.sampling,
    part: options.part,
    workers,
    prefetch,
    cacheBytes,
    task,
  };
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) {
    return;
  }
  throw new ConfigError(`loader: expected ${name} to be ${choices.join(' or ')}, got "${value}"`);
}

/**
 * Checks that an option is a whole number in its range.
 *
 * @throws {@link ConfigError} naming the option
 */
export function checkInteger(
  name: string,
  value: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) {
    return;
  }
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new ConfigError(`loader: expected ${name} to be an integer ${range}, got ${value}`);
}
