/**
 * The options of a retraining: every choice, its value in the paper, its presets.
 *
 * - *paper*: Auto-DeepLab-S on Cityscapes, §5.2: F = 20, crop 769, 1.5 million steps from 0.05.
 * - *laptop*: a narrower network on smaller crops: for some hundred images on a few cores, in hours.
 * - *tiny*: to see every part work within minutes, on images of about 100 pixels.
 */
import type { PresetName } from '../dataset/kind.js';
import { dataOptions, type DataOptions } from '../training/options/data.js';
import { housekeepingOptions, type HousekeepingOptions } from '../training/options/housekeeping.js';
import { PRECISION } from '../training/options/precision.js';
import { resolveOptions, type ProgramOptions } from '../training/options/resolve.js';
import { presetsOf, type OptionValues } from '../training/options/table.js';
import { checkReplicaOptions, REPLICAS } from '../training/options/replicas.js';
import { checkSampling } from '../training/options/sampling.js';
import { checkFalls } from '../training/useful-schedule.js';
import { checkLoss, LOSS } from './loss-options.js';
import { checkFrozen, NETWORK, NETWORK_TRAINING } from './network-options.js';
import { adamRate, checkOptimizer, OPTIMIZER } from './optimizer.js';
import { retrainSchedule } from './schedule.js';
import { checkStopping, STOPPING } from './stopping-options.js';
import { checkOneLength, oneLength, TRAINING } from './training-options.js';

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
  typeof OPTIMIZER &
  typeof LOSS &
  typeof STOPPING &
  DataOptions &
  typeof REPLICAS &
  typeof PRECISION &
  HousekeepingOptions = {
  ...NETWORK,
  ...NETWORK_TRAINING,
  ...TRAINING,
  ...OPTIMIZER,
  ...LOSS,
  ...STOPPING,
  ...IMAGES,
  ...REPLICAS,
  ...PRECISION,
  ...HOUSEKEEPING,
};

/** Everything that decides about a retraining; it is written beside its results. */
export type RetrainConfig = OptionValues<typeof RETRAIN_OPTIONS>;

/** The retraining as a program with options. */
export const RETRAIN: ProgramOptions<typeof RETRAIN_OPTIONS> = {
  name: 'retrain',
  table: RETRAIN_OPTIONS,
  imply: (changes) => adamRate(oneLength(changes)),
  check: (config) => {
    checkOneLength(config);
    checkFalls('retrain', config);
    checkSampling('retrain', config);
    checkReplicaOptions('retrain', config);
    checkStopping(config);
    checkOptimizer(config);
    checkFrozen(config);
    checkLoss(config);
    if (config.steps !== null) {
      retrainSchedule(config, config.steps); // by epochs, the number of steps follows from the images
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
