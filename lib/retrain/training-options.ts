/** The options of the training: its length, its learning rate, when it validates. */
import { ConfigError } from '../errors.js';
import { nullable, real, whole } from '../training/options/kinds.js';
import type { Changes } from '../training/options/resolve.js';
import { option, under, type OptionValues } from '../training/options/table.js';

const authorsCode = { source: "Authors' code" };

/** The options of the training. */
export const TRAINING = under('Training', {
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

/** A change of one of the two lengths overrides the other. */
export function oneLength(changes: Changes): Changes {
  const { steps, epochs } = changes;
  if (typeof steps === 'number' && typeof epochs !== 'number') {
    return { ...changes, epochs: null };
  }
  return typeof epochs === 'number' && typeof steps !== 'number'
    ? { ...changes, steps: null }
    : changes;
}

/** Refuses two lengths, and none. */
export function checkOneLength({ steps, epochs }: OptionValues<typeof TRAINING>): void {
  if ((steps === null) === (epochs === null)) {
    throw new ConfigError(
      `retrain: expected either steps or epochs, got ${String(steps)} and ${String(epochs)}; ` +
        'give one of the two: the option steps, or the option epochs',
    );
  }
}
