/** The options of a retraining's loss; with the paper's values it is the plain mean cross-entropy. */
import { byName, choice, either, nullable, real } from '../training/options/kinds.js';
import { option, under } from '../training/options/table.js';

/** The options of the loss. */
export const LOSS = under('Loss', {
  /**
   * Weights of the classes in the mean over pixels; null: 1 each. *inverse-frequency* and
   * *median-frequency* count the label maps of training. By name: classes left out have 1.
   */
  classWeights: option(
    nullable(
      either(choice('inverse-frequency', 'median-frequency'), byName(real({ min: 0 }))),
      'none',
    ),
    { paper: null, source: "Authors' code" },
    'weights of the classes: by how rare they are, or such as car=2,road=0.5',
  ),
});
