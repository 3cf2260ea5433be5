/**
 * The options of a search: every choice, its value in the paper, its presets.
 *
 * - *paper*: Auto-DeepLab §5.1 on Cityscapes: L = 12, F = 8, B = 5, crop 321 at half resolution,
 *   batch 2, 40 epochs, the architecture from epoch 20. Three days on a P100.
 * - *laptop*: the same method, smaller: about an hour for two hundred images on two cores, native.
 * - *tiny*: to see every part work within minutes, on images of about 100 pixels; too small and too
 *   short to find anything.
 */
import type { PresetName } from '../dataset/kind.js';
import { ConfigError } from '../errors.js';
import { dataOptions, type DataOptions } from '../training/options/data.js';
import { housekeepingOptions, type HousekeepingOptions } from '../training/options/housekeeping.js';
import { choice, nullable, pair, real, whole } from '../training/options/kinds.js';
import { resolveOptions, type ProgramOptions } from '../training/options/resolve.js';
import { PRECISION } from '../training/options/precision.js';
import { option, presetsOf, under, type OptionValues } from '../training/options/table.js';
import { checkReplicaOptions, REPLICAS } from '../training/options/replicas.js';
import { checkSampling } from '../training/options/sampling.js';
import { checkFalls } from '../training/useful-schedule.js';
import { SEARCH_SPACE } from './search-space.js';

const decay = real({ min: 0, below: 1 });

const TRAINING = under('Training', {
  /** All randomness follows from it: first values, halves, order, augmentation. */
  seed: option(
    whole({ min: 0, max: 0xffffffff }),
    { paper: 1, source: 'Assumption: any' },
    'all randomness follows from it',
  ),
  /**
   * Passes over half A. Paper: 40 (60, 80 and 100 were no better). A resumed search may be longer or
   * shorter: from there on its cosine is that of the new length.
   */
  epochs: option(
    whole({ min: 1 }),
    { paper: 40, tiny: 4, source: 'Auto-DeepLab §5.1', onResume: 'recorded' },
    'passes over half A of the training images',
  ),
  /** α and β are trained from this epoch on, counted from 0. */
  architectureStart: option(
    whole({ min: 0 }),
    { paper: 20, laptop: 15, tiny: 1, source: 'Auto-DeepLab §5.1' },
    'first epoch that trains α and β, counted from 0',
  ),
  /** *first* - the weights taken as they are. *second* - DARTS's unrolled step. */
  order: option(
    choice('first', 'second'),
    { paper: 'first', source: 'Auto-DeepLab §4.2' },
    "order of the approximation; second is DARTS's unrolled step",
  ),
  /** Learning rate of w at the start. */
  learningRate: option(
    real({ above: 0 }),
    { paper: 0.025, source: 'Auto-DeepLab §5.1' },
    'learning rate of the weights at the start',
  ),
  /** Learning rate of w at the end of the cosine. */
  finalLearningRate: option(
    real({ min: 0 }),
    { paper: 0.001, source: 'Auto-DeepLab §5.1' },
    'learning rate of the weights at the end of the cosine',
  ),
  /**
   * *epoch* - the cosine moves once per epoch. *step* - at every step: smoother where there are
   * few epochs.
   */
  scheduleBy: option(
    choice('epoch', 'step'),
    { paper: 'epoch', tiny: 'step', source: 'Assumption: as in DARTS' },
    'whether the cosine moves once per epoch or at every step',
  ),
  /** Momentum of w. */
  momentum: option(decay, { paper: 0.9, source: 'Auto-DeepLab §5.1' }, 'momentum of the weights'),
  /** Weight decay of w, batch norms and biases left out. */
  weightDecay: option(
    real({ min: 0 }),
    { paper: 3e-4, source: 'Auto-DeepLab §5.1' },
    'weight decay of the weights, batch norms and biases left out',
  ),
  /** Largest global norm of the gradients of w; null: not clipped. DARTS: 5. */
  clipNorm: option(
    nullable(real({ above: 0 }), 'none'),
    { paper: null, laptop: 5, tiny: 5, source: 'Assumption: the paper names no clipping' },
    'largest norm of the gradients of the weights',
  ),
  /** Learning rate of α and β. */
  architectureLearningRate: option(
    real({ above: 0 }),
    { paper: 0.003, source: 'Auto-DeepLab §5.1' },
    'learning rate of α and β',
  ),
  /** Weight decay of α and β. */
  architectureWeightDecay: option(
    real({ min: 0 }),
    { paper: 1e-3, source: 'Auto-DeepLab §5.1' },
    'weight decay of α and β',
  ),
  /** Decays of Adam's moments. */
  architectureBetas: option(
    pair(decay),
    { paper: [0.5, 0.999], source: 'Assumption: as in DARTS' },
    "decays of Adam's moments for α and β",
  ),
});

const COST = under('Expected cost', {
  /**
   * λ: the architecture loss is L_B + λ · E[cost] / cost₀, where cost₀ is the expected cost where all
   * operations and all arrows are equally probable, which it nearly is at first; see `expectedCost`. The
   * losses of the history are without it. 0: off.
   */
  costWeight: option(
    real({ min: 0 }),
    { paper: 0, source: 'Assumption: the paper has no cost in its loss' },
    'weight of the expected cost in the loss of α and β; 0: off',
  ),
  /** What the expected cost counts, of derived networks with the paper's stem and head, for an image of a crop. */
  costResource: option(
    choice('multiplyAdds', 'parameters', 'memory'),
    {
      paper: 'multiplyAdds',
      source: 'Assumption: as FBNet and ProxylessNAS would without a device',
    },
    'what the expected cost counts',
  ),
  /** Filter multiplier F of the derived networks whose cost counts. */
  costFilterMultiplier: option(
    whole({ min: 1 }),
    { paper: 20, source: 'Auto-DeepLab §5.2, S' },
    'filter multiplier F of the derived networks whose cost counts',
  ),
});

const ENTROPY = under('Entropy', {
  /**
   * μ: the architecture loss is L_B + μ · H̄, where H̄ is the mean relative entropy of the edges' operations plus
   * that of the nodes' arrows: 2 while nothing is decided, 0 where everything is; see `space.relativeEntropy`. It
   * sharpens α and β, so that decoding throws less away, whatever the data says: choose it small. Near its
   * start it works against the weight decay of α and β. The losses of the history are without it. 0: off.
   */
  entropyWeight: option(
    real({ min: 0 }),
    {
      paper: 0,
      source:
        'Assumption: the paper has no such term. Discretization-aware Architecture Search (Tian et al. 2020) lets its ' +
        'weight grow; here it stays',
    },
    'weight of the entropies of α and β in their loss; 0: off',
  ),
});

const IMAGES: DataOptions = dataOptions({
  resolution: { paper: 0.5, tiny: 1, source: 'Auto-DeepLab §5.1' },
  crop: { paper: 321, laptop: 129, tiny: 65, source: 'Auto-DeepLab §5.1' },
  batchSize: { paper: 2, laptop: 4, source: 'Auto-DeepLab §5.1' },
  validationImages: { laptop: 20, tiny: 8 },
  validationView: { tiny: 'crop' },
});

const HOUSEKEEPING: HousekeepingOptions = housekeepingOptions({
  historyEvery: { paper: 10, tiny: 1 },
  checkpointEvery: { paper: 250, tiny: 0 },
});

/** Refuses what counts for the expected cost where it is off. */
function checkCost(config: Record<keyof typeof COST, unknown>): void {
  for (const name of ['costResource', 'costFilterMultiplier'] as const) {
    const unused = COST[name].paper;
    if (config.costWeight === 0 && config[name] !== unused) {
      throw new ConfigError(
        `search ${name}: expected ${unused} with costWeight 0, which has no use for it, got ${String(config[name])}`,
      );
    }
  }
}

/** All options of a search, each declared once; the type names its parts, so that editors show their comments. */
export const SEARCH_OPTIONS: typeof SEARCH_SPACE &
  typeof TRAINING &
  typeof COST &
  typeof ENTROPY &
  DataOptions &
  typeof REPLICAS &
  typeof PRECISION &
  HousekeepingOptions = {
  ...SEARCH_SPACE,
  ...TRAINING,
  ...COST,
  ...ENTROPY,
  ...IMAGES,
  ...REPLICAS,
  ...PRECISION,
  ...HOUSEKEEPING,
};

/** Everything that decides about a search; it is written beside its results. */
export type SearchConfig = OptionValues<typeof SEARCH_OPTIONS>;

/** The search as a program with options. */
export const SEARCH: ProgramOptions<typeof SEARCH_OPTIONS> = {
  name: 'search',
  table: SEARCH_OPTIONS,
  check: (config) => {
    const { architectureStart, epochs } = config;
    checkFalls('search', config);
    checkSampling('search', config);
    checkReplicaOptions('search', config);
    checkCost(config);
    if (architectureStart >= epochs) {
      throw new ConfigError(
        `search architectureStart: expected less than the ${epochs} epochs, got ` +
          `${architectureStart}; α and β would never be trained`,
      );
    }
  },
};

/** The presets. */
export const SEARCH_PRESETS = presetsOf(SEARCH_OPTIONS);

/**
 * Completes the options of a search from a preset and checks them.
 *
 * @param kind - the kind of dataset, which may change presets; `dataset.description.kind`
 * @throws {@link ConfigError} naming the option that is unknown or out of its range
 */
export function resolveSearchConfig(
  changes: Partial<SearchConfig> = {},
  preset: PresetName = 'paper',
  kind = 'cityscapes',
): SearchConfig {
  return resolveOptions(SEARCH, changes, preset, kind);
}
