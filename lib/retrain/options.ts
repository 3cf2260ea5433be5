/**
 * The options of a retraining: every choice, its value in the paper, its presets.
 *
 * - *paper*: Auto-DeepLab-S on Cityscapes, §5.2: F = 20, crop 769, 1.5 million steps from 0.05.
 * - *laptop*: a narrower network on smaller crops: for some hundred images on a few cores, in hours.
 * - *tiny*: to see every part work within minutes, on images of about 100 pixels.
 */
import type { PresetName } from '../dataset/kind.js';
import { ConfigError } from '../errors.js';
import { SEGMENTATION_DEFAULTS, type SegmentationTraining } from '../segmentation/options.js';
import { dataOptions, type DataOptions } from '../training/options/data.js';
import { housekeepingOptions, type HousekeepingOptions } from '../training/options/housekeeping.js';
import { boolean, choice, nullable, real, text, whole } from '../training/options/kinds.js';
import { resolveOptions, type Changes, type ProgramOptions } from '../training/options/resolve.js';
import {
  option,
  presetsOf,
  under,
  type OptionsFor,
  type OptionValues,
} from '../training/options/table.js';
import { checkSampling } from '../training/options/sampling.js';
import { checkFalls } from '../training/useful-schedule.js';
import { checkLoss, LOSS } from './loss-options.js';
import { retrainSchedule } from './schedule.js';
import { checkStopping, STOPPING } from './stopping-options.js';

/** A probability to keep; with less hardly anything would reach the scores. */
const keep = real({ min: 0.1, max: 1 });

const authorsCode = { source: "Authors' code" };

const NETWORK = under('Network', {
  /** Filter multiplier F. Paper: 20, 32, 48 for S, M, L. */
  filterMultiplier: option(
    whole({ min: 1 }),
    { paper: 20, laptop: 8, tiny: 4, source: 'Auto-DeepLab §5.2' },
    'filter multiplier F: 20, 32, 48 for S, M, L',
  ),
  /**
   * What follows the convolution behind image pooling: batch norm, or a bias, with which a batch of 1
   * can train.
   */
  imagePoolingNorm: option(
    choice('batch', 'none'),
    { paper: SEGMENTATION_DEFAULTS.imagePoolingNorm, ...authorsCode },
    'norm behind image pooling; none: a bias in its place, for a batch of 1',
  ),
  /**
   * What image pooling in the ASPP averages over when an image is larger than the crop. *image* -
   * the whole image. *crop* - windows of the size of the crop, as in the authors' code.
   */
  imagePooling: option(
    choice('image', 'crop'),
    { paper: 'image', source: "Deviation: 'crop' in the authors' code" },
    'image pooling averages over the whole image, or over windows of the size of the crop',
  ),
  /**
   * Where first weights come from: the folder of a retraining or a checkpoint of one; null: from
   * scratch. A classifier for another number of classes begins again.
   */
  initialWeights: option(
    nullable(text('<run>'), 'none'),
    { paper: null, source: 'Auto-DeepLab §5.2' },
    'begin with the weights of this run or checkpoint',
  ),
});

/** How the derived network trains; {@link SegmentationTraining} explains the options. */
const NETWORK_TRAINING: OptionsFor<Required<SegmentationTraining>> = under('Network', {
  batchNormMomentum: option(
    real({ min: 0, below: 1 }),
    { paper: SEGMENTATION_DEFAULTS.batchNormMomentum, laptop: 0.99, tiny: 0.9, ...authorsCode },
    'share of the old value that the moving statistics keep per step',
  ),
  fineTuneBatchNorm: option(
    boolean,
    { paper: SEGMENTATION_DEFAULTS.fineTuneBatchNorm, ...authorsCode },
    'whether batch norms use the statistics of the batch',
  ),
  dropPathKeepProbability: option(
    keep,
    {
      paper: SEGMENTATION_DEFAULTS.dropPathKeepProbability,
      source: 'Assumption: the value is not published',
    },
    'scheduled drop path keeps a branch of the last cell with this probability at the end; 1: off',
  ),
  dropoutKeepProbability: option(
    keep,
    { paper: SEGMENTATION_DEFAULTS.dropoutKeepProbability, ...authorsCode },
    'dropout behind the ASPP keeps an element with this probability',
  ),
});

const TRAINING = under('Training', {
  /** All randomness follows from it: first values, order, augmentation, dropout, drop path. */
  seed: option(
    whole({ min: 0, max: 0xffffffff }),
    { paper: 1, source: 'Assumption: any' },
    'all randomness follows from it',
  ),
  /**
   * Length in steps; null: `epochs` counts. Paper: 1.5 million on Cityscapes and VOC, 4 on ADE20K.
   * A resumed run may be longer or shorter: from there on the learning rate and the drop path are those of a
   * run of the new length.
   */
  steps: option(
    nullable(whole({ min: 1 }), 'none'),
    {
      paper: 1_500_000,
      laptop: null,
      tiny: null,
      source: 'Auto-DeepLab §5.2',
      onResume: 'recorded',
    },
    'length in steps, instead of epochs',
  ),
  /** Length in passes over the training images; null: `steps` counts. */
  epochs: option(
    nullable(whole({ min: 1 }), 'none'),
    { paper: null, laptop: 60, tiny: 8, source: 'Auto-DeepLab §5.2', onResume: 'recorded' },
    'length in passes over the training images, instead of steps',
  ),
  /** Learning rate at the start. */
  learningRate: option(
    real({ above: 0 }),
    { paper: 0.05, source: 'Auto-DeepLab §5.2', onResume: 'recorded' },
    'learning rate at the start',
  ),
  /** Learning rate at the end. */
  finalLearningRate: option(
    real({ min: 0 }),
    { paper: 0, ...authorsCode, onResume: 'recorded' },
    'learning rate at the end',
  ),
  /** Power of the polynomial decay. */
  power: option(
    real({ above: 0 }),
    { paper: 0.9, ...authorsCode, onResume: 'recorded' },
    'power of the polynomial decay of the learning rate',
  ),
  /**
   * The step at which the decay begins; until then the rate stays at `learningRate`. A finished run of 2000
   * steps that is resumed with `steps` 3000 and `decayStart` 2000 begins a new stage at `learningRate`.
   */
  decayStart: option(
    whole({ min: 0 }),
    { paper: 0, source: 'Assumption: the paper is silent', onResume: 'recorded' },
    'step at which the decay of the learning rate begins; it is constant until then',
  ),
  /** Steps during which the rate rises from 0; 0: none. */
  warmUpSteps: option(
    whole({ min: 0 }),
    { paper: 0, source: 'Assumption: the paper is silent' },
    'steps during which the learning rate rises from 0',
  ),
  /** Momentum of SGD. */
  momentum: option(real({ min: 0, below: 1 }), { paper: 0.9, ...authorsCode }, 'momentum of SGD'),
  /** Weight decay of convolution weights. */
  weightDecay: option(
    real({ min: 0 }),
    { paper: 4e-5, ...authorsCode },
    'weight decay of convolution weights',
  ),
  /** Largest global norm of the gradients; null: not clipped. */
  clipNorm: option(
    nullable(real({ above: 0 }), 'none'),
    { paper: null, laptop: 5, tiny: 5, source: 'Assumption: the paper is silent' },
    'largest norm of the gradients',
  ),
  /**
   * Micro-batches of `batchSize` images per step: the gradients are added up before the weights
   * move, for the paper's batch on a small machine. It costs the memory of the weights once more, and
   * batch norms see one micro-batch at a time.
   */
  accumulate: option(
    whole({ min: 1 }),
    { paper: 1, ...authorsCode },
    'micro-batches of batchSize images per step, whose gradients are added up',
  ),
  /**
   * Decay of an exponential moving average of the weights, with which the run validates, predicts and
   * is exported; checkpoints hold both. Moving statistics are those of the last step. null: none.
   */
  emaDecay: option(
    nullable(real({ above: 0, below: 1 }), 'none'),
    { paper: null, ...authorsCode },
    'decay of a moving average of the weights, which predicts instead of them',
  ),
  /** Validates after every n epochs, and after the last. */
  validateEvery: option(
    whole({ min: 1 }),
    { paper: 25, laptop: 5, tiny: 2, source: 'Assumption: the paper is silent' },
    'validate after every n epochs, and after the last',
  ),
});

const IMAGES: DataOptions = dataOptions({
  resolution: { paper: 1, source: 'Auto-DeepLab §5.2' },
  crop: { paper: 769, laptop: 257, tiny: 65, source: 'Auto-DeepLab §5.2' },
  batchSize: {
    paper: 8,
    tiny: 4,
    source: 'Assumption: from the numbers of steps and epochs that others report',
  },
  validationImages: { tiny: 8 },
});

const HOUSEKEEPING: HousekeepingOptions = housekeepingOptions({
  historyEvery: { paper: 100, laptop: 10, tiny: 1 },
  checkpointEvery: { paper: 1000, laptop: 0, tiny: 0 },
});

/** All options of a retraining, each declared once; the type names its parts, so that editors show their comments. */
export const RETRAIN_OPTIONS: typeof NETWORK &
  typeof NETWORK_TRAINING &
  typeof TRAINING &
  typeof LOSS &
  typeof STOPPING &
  DataOptions &
  HousekeepingOptions = {
  ...NETWORK,
  ...NETWORK_TRAINING,
  ...TRAINING,
  ...LOSS,
  ...STOPPING,
  ...IMAGES,
  ...HOUSEKEEPING,
};

/** Everything that decides about a retraining; it is written beside its results. */
export type RetrainConfig = OptionValues<typeof RETRAIN_OPTIONS>;

/** A change of one of the two lengths overrides the other. */
function oneLength(changes: Changes): Changes {
  const { steps, epochs } = changes;
  if (typeof steps === 'number' && typeof epochs !== 'number') {
    return { ...changes, epochs: null };
  }
  return typeof epochs === 'number' && typeof steps !== 'number'
    ? { ...changes, steps: null }
    : changes;
}

/** Refuses frozen statistics where they were never learnt, and drop path that they turn off. */
function checkFrozen({
  fineTuneBatchNorm,
  initialWeights,
  dropPathKeepProbability,
}: OptionValues<typeof NETWORK & typeof NETWORK_TRAINING>): void {
  if (!fineTuneBatchNorm && initialWeights === null) {
    throw new ConfigError(
      'retrain fineTuneBatchNorm: expected true without initialWeights, got false; the moving ' +
        'statistics would stay at 0 and 1 and normalise nothing: set initialWeights, or true',
    );
  }
  if (!fineTuneBatchNorm && dropPathKeepProbability < 1) {
    throw new ConfigError(
      'retrain dropPathKeepProbability: expected 1 with fineTuneBatchNorm false, which turns drop ' +
        `path off, got ${dropPathKeepProbability}; set it to 1, or fineTuneBatchNorm to true`,
    );
  }
}

/** The retraining as a program with options. */
export const RETRAIN: ProgramOptions<typeof RETRAIN_OPTIONS> = {
  name: 'retrain',
  table: RETRAIN_OPTIONS,
  imply: oneLength,
  check: (config) => {
    const { steps, epochs } = config;
    if ((steps === null) === (epochs === null)) {
      throw new ConfigError(
        `retrain: expected either steps or epochs, got ${String(steps)} and ${String(epochs)}; ` +
          'give one of the two: the option steps, or the option epochs',
      );
    }
    checkFalls('retrain', config);
    checkSampling('retrain', config);
    checkStopping(config);
    checkFrozen(config);
    checkLoss(config);
    if (steps !== null) {
      retrainSchedule(config, steps); // by epochs, the number of steps follows from the images
    }
  },
};

/** The presets. */
export const RETRAIN_PRESETS = presetsOf(RETRAIN_OPTIONS);

/**
 * Completes the options of a retraining from a preset and checks them.
 *
 * @param kind - the kind of dataset, which may change presets; `dataset.description.kind`
 * @throws {@link ConfigError} naming the option that is unknown or out of its range
 */
export function resolveRetrainConfig(
  changes: Partial<RetrainConfig> = {},
  preset: PresetName = 'paper',
  kind = 'cityscapes',
): RetrainConfig {
  return resolveOptions(RETRAIN, changes, preset, kind);
}
