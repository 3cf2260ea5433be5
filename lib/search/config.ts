/** The configuration of a search: every choice, its value in the paper, its presets. */
import { z } from 'zod';
import { AUTHORS_AUGMENTATION } from '../dataset/reading/augment.js';
import { checkOptions } from '../check-options.js';
import { ConfigError } from '../errors.js';
import {
  FAITHFUL,
  PAPER_SIZE,
  type SearchSpaceAssumptions,
  type SearchSpaceSize,
} from '../search-space/options.js';
import {
  dataShape,
  fromPreset,
  HOUSEKEEPING,
  type DataConfig,
  type Housekeeping,
  type PresetName,
  type PresetTable,
} from '../training/data-config.js';

/** Everything that decides about a search; it is written beside its results. */
export interface SearchConfig
  extends Omit<SearchSpaceSize, 'classes'>, SearchSpaceAssumptions, DataConfig, Housekeeping {
  /** All randomness follows from it: first values, halves, order, augmentation. */
  readonly seed: number;
  /** Passes over half A. Paper: 40 (60, 80 and 100 were no better). */
  readonly epochs: number;
  /** α and β are trained from this epoch on, counted from 0. Paper: 20. */
  readonly architectureStart: number;
  /** Learning rate of w at the start. Paper: 0.025. */
  readonly learningRate: number;
  /** Learning rate of w at the end of the cosine. Paper: 0.001. */
  readonly finalLearningRate: number;
  /**
   * *epoch* - the cosine moves once an epoch, as in DARTS. *step* - at every step: smoother where
   * there are few epochs. The paper does not say.
   */
  readonly scheduleBy: 'epoch' | 'step';
  /** Momentum of w. Paper: 0.9. */
  readonly momentum: number;
  /** Weight decay of w, batch norms and biases left out. Paper: 3e-4. */
  readonly weightDecay: number;
  /** Largest global norm of the gradients of w; null: not clipped. Paper: silent; DARTS: 5. */
  readonly clipNorm: number | null;
  /** Learning rate of α and β. Paper: 0.003. */
  readonly architectureLearningRate: number;
  /** Weight decay of α and β. Paper: 1e-3. */
  readonly architectureWeightDecay: number;
  /** Decays of Adam's moments. Paper: silent; DARTS: 0.5 and 0.999. */
  readonly architectureBetas: readonly [number, number];
  /** *first* - the weights taken as they are. *second* - DARTS's unrolled step. Paper: first. */
  readonly order: 'first' | 'second';
}

const PAPER: SearchConfig = {
  ...PAPER_SIZE,
  ...FAITHFUL,
  split: 'train',
  validationSplit: 'val',
  validationImages: null,
  validationView: 'whole',
  resolution: 0.5,
  crop: 321,
  batchSize: 2,
  augment: AUTHORS_AUGMENTATION,
  ...HOUSEKEEPING,
  checkpointEvery: 250,
  seed: 1,
  epochs: 40,
  architectureStart: 20,
  learningRate: 0.025,
  finalLearningRate: 0.001,
  scheduleBy: 'epoch',
  momentum: 0.9,
  weightDecay: 3e-4,
  clipNorm: null,
  architectureLearningRate: 0.003,
  architectureWeightDecay: 1e-3,
  architectureBetas: [0.5, 0.999],
  order: 'first',
};

/**
 * Presets; each lists only what differs from the paper's.
 *
 * - *paper*: Auto-DeepLab §5.1 on Cityscapes: L = 12, F = 8, B = 5, crop 321 at half resolution,
 *   batch 2, 40 epochs, the architecture from epoch 20. Three days on a P100.
 * - *laptop*: the same method, smaller: about an hour for two hundred images on two cores, native.
 * - *tiny*: to see every part work within minutes, on images of about 100 pixels; too small and too
 *   short to find anything.
 */
export const SEARCH_PRESETS: Readonly<Record<PresetName, SearchConfig>> = {
  paper: PAPER,
  laptop: {
    ...PAPER,
    layers: 8,
    filterMultiplier: 4,
    blocks: 3,
    crop: 129,
    batchSize: 4,
    validationImages: 20,
    epochs: 40,
    architectureStart: 15,
    clipNorm: 5,
  },
  tiny: {
    ...PAPER,
    layers: 4,
    filterMultiplier: 2,
    blocks: 2,
    resolution: 1,
    crop: 65,
    validationImages: 8,
    validationView: 'crop',
    historyEvery: 1,
    checkpointEvery: 0,
    epochs: 4,
    architectureStart: 1,
    scheduleBy: 'step',
    clipNorm: 5,
  },
};

/**
 * What is different on other datasets.
 *
 * Assumption: the paper searches on Cityscapes only. Images of VOC are half as long as those that it
 * searches at half resolution, so they are read whole; ADE20K as for its training.
 */
const DATASETS: PresetTable<SearchConfig>['datasets'] = {
  voc: { paper: { split: 'train_aug', resolution: 1 } },
  ade20k: {
    paper: { resolution: { longerSide: 513 } },
    laptop: { resolution: { longerSide: 257 } },
    tiny: { resolution: { longerSide: 97 } },
  },
};

const TABLE: PresetTable<SearchConfig> = { presets: SEARCH_PRESETS, datasets: DATASETS };

const schema: z.ZodType<SearchConfig> = z.strictObject({
  layers: z.int().min(2),
  filterMultiplier: z.int().min(1),
  blocks: z.int().min(1),
  missingInput: z.enum(['resize', 'drop']),
  cellWeights: z.enum(['shared', 'separate']),
  bnAffine: z.enum(['outside-cells', 'none', 'all']),
  stemWidths: z.union([z.literal('scaled'), z.tuple([z.int().min(1), z.int().min(1)])]),
  asppProjection: z.enum(['none', 'conv']),
  endNormalisation: z.enum(['valid', 'two-thirds']),
  firstLayer: z.enum(['free', 'stride-4']),
  ...dataShape,
  epochs: z.int().min(1),
  architectureStart: z.int().min(0),
  learningRate: z.number().gt(0),
  finalLearningRate: z.number().min(0),
  scheduleBy: z.enum(['epoch', 'step']),
  momentum: z.number().min(0).lt(1),
  weightDecay: z.number().min(0),
  clipNorm: z.number().gt(0).nullable(),
  architectureLearningRate: z.number().gt(0),
  architectureWeightDecay: z.number().min(0),
  architectureBetas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]),
  order: z.enum(['first', 'second']),
});

/**
 * Completes a configuration from a preset and checks it.
 *
 * @param dataset - the name of the dataset; the presets differ for `voc` and `ade20k`
 * @throws {@link ConfigError} naming the field that is unknown or out of its range
 */
export function resolveSearchConfig(
  changes: Partial<SearchConfig> = {},
  preset: PresetName = 'paper',
  dataset = 'cityscapes',
): SearchConfig {
  const config = fromPreset('search', TABLE, preset, dataset, changes);
  const checked = checkOptions(schema, config, 'search');
  if (checked.architectureStart >= checked.epochs) {
    throw new ConfigError(
      `search architectureStart: expected less than the ${checked.epochs} epochs, got ` +
        `${checked.architectureStart}; α and β would never be trained`,
    );
  }
  return checked;
}
