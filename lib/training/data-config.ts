/** What search and retraining have in common in their configurations: data and housekeeping. */
import { z } from 'zod';
import type { AugmentOptions } from '../dataset/reading/augment.js';
import type { Resolution } from '../dataset/reading/geometry.js';
import type { Size } from '../dataset/pixels.js';
import { ConfigError } from '../errors.js';
import type { EvaluationView } from './validation/evaluation-images.js';
import type { CompileOptions } from '../runtime/compile.js';
import type { Recomputation } from '../runtime/passes/recompute.js';

/** Height and width in pixels; one number means a square. */
export type CropSize = number | readonly [height: number, width: number];

/** Which images are used, and how. */
export interface DataConfig {
  /** The split that is trained on. */
  readonly split: string;
  /** The split that is validated on; null: no validation. */
  readonly validationSplit: string | null;
  /** At most so many images of it, spread evenly; null: all. The history says how many. */
  readonly validationImages: number | null;
  /**
   * *whole* - whole images, padded on the right and below to the smallest 32·k + 1 that holds the
   * largest. *crop* - a window of the size of the crop in the middle of each image: faster.
   */
  readonly validationView: EvaluationView;
  /**
   * The share of the full height and width that images are read at, above 0 and up to 1, also for
   * validation; or `{ longerSide: pixels }`, for images of many sizes. The paper searches Cityscapes
   * at 0.5 (512 × 1024) and trains on ADE20K at a longer side of 513.
   */
  readonly resolution: Resolution;
  /** Size of the windows that are trained on, best 32·k + 1. */
  readonly crop: CropSize;
  readonly batchSize: number;
  /** How the images vary. */
  readonly augment: AugmentOptions;
}

/** What changes no result, only speed and files. */
export interface Housekeeping {
  /** The history gets a row every so many steps, besides one for each epoch. */
  readonly historyEvery: number;
  /** A checkpoint is written every so many steps, besides those after epochs; 0: only those. */
  readonly checkpointEvery: number;
  /** So many of the last checkpoints stay, besides the best. */
  readonly keepCheckpoints: number;
  /** Threads that read images; 0: the main thread; null: one less than the cores, at most 2. */
  readonly workers: number | null;
  /** What the backward pass computes again to save memory; *auto*: as little as fits. */
  readonly recompute: Recomputation | 'auto';
  /** Memory that the process may take, GiB; null: nine tenths of the machine's. */
  readonly memoryLimit: number | null;
}

/** Places of a configuration that may differ when a run is resumed. */
export const MAY_DIFFER: readonly string[] = [
  'dataset.root',
  'historyEvery',
  'checkpointEvery',
  'keepCheckpoints',
  'workers',
  'recompute',
  'memoryLimit',
];

/** Defaults of {@link Housekeeping}. */
export const HOUSEKEEPING: Housekeeping = {
  historyEvery: 10,
  checkpointEvery: 0,
  keepCheckpoints: 3,
  workers: null,
  recompute: 'auto',
  memoryLimit: null,
};

/** What `compile` is told about memory. */
export function memoryOptions({
  recompute,
  memoryLimit,
}: Housekeeping): Pick<CompileOptions, 'recompute' | 'memoryLimit'> {
  return { recompute, ...(memoryLimit !== null && { memoryLimit: memoryLimit * 2 ** 30 }) };
}

/** A crop as height and width. */
export function cropSize(crop: CropSize): Size {
  return typeof crop === 'number'
    ? { height: crop, width: crop }
    : { height: crop[0], width: crop[1] };
}

const whole = (least: number) => z.int().min(least);

/** Checks of the numbers that are shares of 1. */
export const share = z.number().gt(0).max(1);

/** Checks of a {@link Resolution}. */
export const resolutionSchema = z.union([share, z.strictObject({ longerSide: whole(1) })]);

/** Checks of {@link DataConfig} and {@link Housekeeping}, for a schema. */
export const dataShape = {
  split: z.string().min(1),
  validationSplit: z.string().min(1).nullable(),
  validationImages: whole(1).nullable(),
  validationView: z.enum(['whole', 'crop']),
  resolution: resolutionSchema,
  crop: z.union([whole(1), z.tuple([whole(1), whole(1)])]),
  batchSize: whole(1),
  augment: z.strictObject({
    minScale: z.number().gt(0),
    maxScale: z.number().gt(0),
    scaleStep: z.number().min(0),
    flipProbability: z.number().min(0).max(1),
  }),
  historyEvery: whole(1),
  checkpointEvery: whole(0),
  keepCheckpoints: whole(1),
  workers: whole(0).nullable(),
  recompute: z.enum(['auto', 'none', 'cheap', 'all']),
  memoryLimit: z.number().gt(0).nullable(),
  seed: z.int().min(0).max(0xffffffff),
};

/** Names of the presets. */
export type PresetName = 'paper' | 'laptop' | 'tiny';

/** Presets, and what is different in them on certain datasets. */
export interface PresetTable<T> {
  readonly presets: Readonly<Record<PresetName, T>>;
  /** By the name of the dataset; a dataset that is not listed takes the presets as they are. */
  readonly datasets: Readonly<Record<string, Partial<Record<PresetName, Partial<T>>>>>;
}

/** The name that a dataset's presets go by: a rendered sample takes those of its layout. */
function presetsOf(dataset: string): string {
  return dataset.replace(/-sample$/, '');
}

/**
 * A preset for a dataset, with changes; a change that is undefined counts for nothing.
 *
 * @param dataset - its name
 * @throws {@link ConfigError} if there is no such preset
 */
export function fromPreset<T extends object>(
  where: string,
  { presets, datasets }: PresetTable<T>,
  preset: string,
  dataset: string,
  changes: Partial<T>,
): T {
  if (!Object.hasOwn(presets, preset)) {
    const known = Object.keys(presets).join(', ');
    throw new ConfigError(`${where} preset: expected one of ${known}, got "${preset}"`);
  }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const name = preset as PresetName;
  const own = Object.hasOwn(datasets, presetsOf(dataset)) ? datasets[presetsOf(dataset)] : {};
  return { ...presets[name], ...own[name], ...Object.fromEntries(given) };
}
