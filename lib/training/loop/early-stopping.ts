/** Early stopping: a run ends when its validations no longer improve. */
import { percent } from '../../text.js';

/** When a run stops early. */
export interface StoppingRule {
  /** Validations in a row without an improvement that end the run; null: none. */
  readonly patience: number | null;
  /** An improvement is larger than this, in mean IoU from 0 to 1. */
  readonly minImprovement: number;
}

/** The last improvement of a row of scores. */
export interface LastImprovement {
  /** The score that later ones were compared with; undefined before the first validation. */
  readonly score: number | undefined;
  /** Validations since then. */
  readonly waited: number;
}

/**
 * Follows scores to the last improvement, a score of more than the last one plus `minImprovement`; the
 * first score is one.
 *
 * Source: `EarlyStopping` of Keras and of PyTorch Lightning.
 */
export function lastImprovement(
  scores: readonly number[],
  minImprovement: number,
): LastImprovement {
  let last: LastImprovement = { score: undefined, waited: 0 };
  for (const score of scores) {
    const { score: before } = last;
    last =
      before === undefined || score - minImprovement > before
        ? { score, waited: 0 }
        : { score: before, waited: last.waited + 1 };
  }
  return last;
}

/**
 * Why a run stops early.
 *
 * @param scores - mean IoU of all its validations, in order
 * @returns undefined if it goes on
 */
export function stoppingReason(
  scores: readonly number[],
  { patience, minImprovement }: StoppingRule,
): string | undefined {
  const { score, waited } = lastImprovement(scores, minImprovement);
  if (patience === null || score === undefined || waited < patience) {
    return undefined;
  }
  const more = minImprovement === 0 ? '' : ` by more than ${percent(minImprovement, 2)}`;
  return (
    `stopped early: the validation mIoU of ${percent(score, 2)} was not exceeded${more} in ` +
    `${waited} validations (patience ${patience})`
  );
}
