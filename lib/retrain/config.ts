/** The configuration of a retraining: every choice, its value in the paper, its presets. */
import { z } from 'zod';
import { AUTHORS_AUGMENTATION } from '../dataset/reading/augment.js';
import { checkOptions } from '../check-options.js';
import { ConfigError } from '../errors.js';
import { SEGMENTATION_DEFAULTS, type SegmentationTraining } from '../segmentation/options.js';
import {
  dataShape,
  fromPreset,
  HOUSEKEEPING,
  share,
  type DataConfig,
  type Housekeeping,
  type PresetName,
  type PresetTable,
} from '../training/data-config.js';

/** Everything that decides about a retraining; it is written beside its results. */
export interface RetrainConfig extends DataConfig, Housekeeping, Required<SegmentationTraining> {
  /** All randomness follows from it: first values, order, augmentation, dropout, drop path. */
  readonly seed: number;
  /** Filter multiplier F. Paper: 20, 32, 48 for S, M, L. */
  readonly filterMultiplier: number;
  /** Length in steps; null: `epochs` counts. Paper: 1.5 million on Cityscapes and VOC, 4 on ADE20K. */
  readonly steps: number | null;
  /** Length in passes over the training images; null: `steps` counts. */
  readonly epochs: number | null;
  /** Learning rate at the start. Paper: 0.05. */
  readonly learningRate: number;
  /** Learning rate at the end. The authors' code: 0. */
  readonly finalLearningRate: number;
  /** Power of the polynomial decay. The authors' code: 0.9. */
  readonly power: number;
  /** Steps during which the rate rises from 0; 0: none. Paper: silent. */
  readonly warmUpSteps: number;
  /** Momentum of SGD. The authors' code: 0.9. */
  readonly momentum: number;
  /** Weight decay of convolution weights. Paper: silent; default of the authors' code: 4e-5. */
  readonly weightDecay: number;
  /** Largest global norm of the gradients; null: not clipped. */
  readonly clipNorm: number | null;
  /** Validates after every so many epochs, and after the last. */
  readonly validateEvery: number;
  /**
   * Where first weights come from: the folder of a retraining or a checkpoint of one; null: from
   * scratch. A classifier for another number of classes begins anew.
   */
  readonly initialWeights: string | null;
}

const PAPER: RetrainConfig = {
  filterMultiplier: 20,
  ...SEGMENTATION_DEFAULTS,
  split: 'train',
  validationSplit: 'val',
  validationImages: null,
  validationView: 'whole',
  resolution: 1,
  crop: 769,
  batchSize: 8,
  augment: AUTHORS_AUGMENTATION,
  ...HOUSEKEEPING,
  historyEvery: 100,
  checkpointEvery: 1000,
  seed: 1,
  steps: 1_500_000,
  epochs: null,
  learningRate: 0.05,
  finalLearningRate: 0,
  power: 0.9,
  warmUpSteps: 0,
  momentum: 0.9,
  weightDecay: 4e-5,
  clipNorm: null,
  validateEvery: 25,
  initialWeights: null,
};

/**
 * Presets; each lists only what differs from the paper's.
 *
 * - *paper*: Auto-DeepLab-S on Cityscapes, §5.2: F = 20, crop 769, 1.5 million steps from 0.05. The
 *   batch of 8 is inferred from the numbers of steps and epochs that others report; the paper gives
 *   none.
 * - *laptop*: a narrower network on smaller crops: for some hundred images on a few cores, in hours.
 * - *tiny*: to see every part work within minutes, on images of about 100 pixels.
 */
export const RETRAIN_PRESETS: Readonly<Record<PresetName, RetrainConfig>> = {
  paper: PAPER,
  laptop: {
    ...PAPER,
    filterMultiplier: 8,
    crop: 257,
    historyEvery: 10,
    checkpointEvery: 0,
    steps: null,
    epochs: 60,
    validateEvery: 5,
    batchNormMomentum: 0.99,
    clipNorm: 5,
  },
  tiny: {
    ...PAPER,
    filterMultiplier: 4,
    crop: 65,
    batchSize: 4,
    validationImages: 8,
    historyEvery: 1,
    checkpointEvery: 0,
    steps: null,
    epochs: 8,
    validateEvery: 2,
    batchNormMomentum: 0.9,
    clipNorm: 5,
  },
};

/**
 * What is different on other datasets.
 *
 * Source: §5.2: crop 513 and 1.5 million steps on the 10,582 images of train_aug (VOC 2012); longer
 * side 513, crop 513 and 4 million steps (ADE20K). Batch as for Cityscapes: the paper gives none.
 */
const DATASETS: PresetTable<RetrainConfig>['datasets'] = {
  voc: { paper: { split: 'train_aug', crop: 513 } },
  ade20k: {
    paper: { resolution: { longerSide: 513 }, crop: 513, steps: 4_000_000 },
    laptop: { resolution: { longerSide: 257 } },
    tiny: { resolution: { longerSide: 97 } },
  },
};

const TABLE: PresetTable<RetrainConfig> = { presets: RETRAIN_PRESETS, datasets: DATASETS };

const schema: z.ZodType<RetrainConfig> = z.strictObject({
  filterMultiplier: z.int().min(1),
  batchNormMomentum: z.number().min(0).lt(1),
  fineTuneBatchNorm: z.boolean(),
  dropPathKeepProbability: share,
  dropoutKeepProbability: share,
  ...dataShape,
  steps: z.int().min(1).nullable(),
  epochs: z.int().min(1).nullable(),
  learningRate: z.number().gt(0),
  finalLearningRate: z.number().min(0),
  power: z.number().gt(0),
  warmUpSteps: z.int().min(0),
  momentum: z.number().min(0).lt(1),
  weightDecay: z.number().min(0),
  clipNorm: z.number().gt(0).nullable(),
  validateEvery: z.int().min(1),
  initialWeights: z.string().min(1).nullable(),
});

/** A change of one of the two lengths puts the other out of force. */
function oneLength(changes: Partial<RetrainConfig>): Partial<RetrainConfig> {
  const { steps, epochs } = changes;
  if (typeof steps === 'number' && typeof epochs !== 'number') {
    return { ...changes, epochs: null };
  }
  return typeof epochs === 'number' && typeof steps !== 'number'
    ? { ...changes, steps: null }
    : changes;
}

/**
 * Completes a configuration from a preset and checks it.
 *
 * @param dataset - the name of the dataset; the presets differ for `voc` and `ade20k`
 * @throws {@link ConfigError} naming the field that is unknown or out of its range
 */
export function resolveRetrainConfig(
  changes: Partial<RetrainConfig> = {},
  preset: PresetName = 'paper',
  dataset = 'cityscapes',
): RetrainConfig {
  const config = fromPreset('retrain', TABLE, preset, dataset, oneLength(changes));
  const checked = checkOptions(schema, config, 'retrain');
  if ((checked.steps === null) === (checked.epochs === null)) {
    throw new ConfigError(
      `retrain: expected either steps or epochs, got ${String(checked.steps)} and ` +
        `${String(checked.epochs)}; set one to null`,
    );
  }
  return checked;
}
