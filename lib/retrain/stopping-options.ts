/** The options of early stopping; with the paper's values a run is as long as it is said to be. */
import { ConfigError } from '../errors.js';
import type { DataConfig } from '../training/options/data.js';
import { nullable, real, whole } from '../training/options/kinds.js';
import { option, under, type OptionValues } from '../training/options/table.js';

const silent = { source: 'Assumption: the paper is silent', onResume: 'recorded' } as const;

/** The options of early stopping. */
export const STOPPING = under('Training', {
  /**
   * The run ends when n validations in a row are no improvement of the mean IoU; null: at its last step.
   * The best checkpoint stays. Deviation: none in the paper; as `EarlyStopping` of Keras.
   */
  patience: option(
    nullable(whole({ min: 1 }), 'none'),
    { paper: null, ...silent },
    'end after n validations in a row that do not improve the mean IoU',
  ),
  /** An improvement is larger than this; mean IoU from 0 to 1. */
  minImprovement: option(
    real({ min: 0, below: 1 }),
    { paper: 0, ...silent },
    'an improvement of the mean IoU, from 0 to 1, is larger than this',
  ),
});

/** Refuses early stopping without validations, and half of its options alone. */
export function checkStopping({
  patience,
  minImprovement,
  validationSplit,
}: OptionValues<typeof STOPPING> & Pick<DataConfig, 'validationSplit'>): void {
  if (patience !== null && validationSplit === null) {
    throw new ConfigError(
      `retrain patience: expected none without validation (validationSplit none), got ${patience}; ` +
        'nothing would tell when to stop: set validationSplit, or patience to none',
    );
  }
  if (patience === null && minImprovement > 0) {
    throw new ConfigError(
      `retrain minImprovement: expected 0 without patience, got ${minImprovement}; set it to 0, or ` +
        'patience to a number of validations',
    );
  }
}
