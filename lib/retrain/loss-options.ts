/** The options of a retraining's loss; with the paper's values it is the plain mean cross-entropy. */
import { ConfigError } from '../errors.js';
import { byName, choice, either, nullable, real, share, whole } from '../training/options/kinds.js';
import { option, under, type OptionValues } from '../training/options/table.js';

/** The options of the loss. */
export const LOSS = under('Loss', {
  /**
   * Weights of the classes in the mean over pixels; null: 1 each. *inverse-frequency* and
   * *median-frequency* count the label maps of training. By name: classes left out have 1.
   * Deviation: the loss is divided by the sum of the weights, as PyTorch does; by pixels in the authors' code.
   */
  classWeights: option(
    nullable(
      either(choice('inverse-frequency', 'median-frequency'), byName(real({ min: 0 }))),
      'none',
    ),
    { paper: null, source: "Authors' code" },
    'weights of the classes: by how rare they are, or such as car=2,road=0.5',
  ),
  /** Weight λ of a Dice term that is added to the cross-entropy; 0: none. */
  diceWeight: option(
    real({ min: 0 }),
    { paper: 0, source: "Authors' code" },
    'weight of a Dice term that is added to the cross-entropy; 0: none',
  ),
  /** Share of a batch's pixels that count, those with the largest losses (OHEM); 1: all. */
  hardPixelShare: option(
    share,
    { paper: 1, source: "Authors' code" },
    'share of the pixels that count, those with the largest losses; 1: all',
  ),
  /** Steps during which this share falls from 1; 0: it counts from the first step on. */
  hardPixelSteps: option(
    whole({ min: 0 }),
    { paper: 0, source: "Authors' code" },
    'steps during which hardPixelShare falls from 1; 0: none',
  ),
});

/** Refuses a warm start of what is off. */
export function checkLoss({ hardPixelShare, hardPixelSteps }: OptionValues<typeof LOSS>): void {
  if (hardPixelSteps > 0 && hardPixelShare === 1) {
    throw new ConfigError(
      `retrain hardPixelSteps: expected 0 with hardPixelShare 1, which counts all pixels, got ` +
        `${hardPixelSteps}; set it to 0, or hardPixelShare below 1`,
    );
  }
}
