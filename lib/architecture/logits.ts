/** Checked reading of α and β. */
import { NumericError, ShapeError } from '../errors.js';

/**
 * α or β as plain numbers: unnormalised logits, flat in the order of the edges and operations, or
 * of the arrows. A typed array read from a tensor fits. −Infinity forbids an entry.
 */
export type Logits = ArrayLike<number>;

/**
 * Checks the number of logits, and that none is NaN or +Infinity.
 *
 * @throws {@link ShapeError} if the number is wrong
 * @throws {@link NumericError} at the first logit that cannot be normalised
 */
export function checkLogits(where: string, logits: Logits, count: number, meaning: string): void {
  if (logits.length !== count) {
    throw new ShapeError(`${where}: expected ${count} numbers, ${meaning}, got ${logits.length}`);
  }
  for (let i = 0; i < count; i++) {
    if (!(logits[i] < Infinity)) {
      throw new NumericError(
        `${where}[${i}]: expected a finite number or -Infinity, got ${logits[i]}; the search ` +
          'diverged before this point, decode an earlier checkpoint',
      );
    }
  }
}

/**
 * Logarithm of the softmax of a group of logits: x_k − log Σ exp(x), by way of the maximum. The sum
 * runs from small to large, so that groups of the same numbers tie exactly, whatever their order.
 *
 * @throws {@link NumericError} if all of them are −Infinity
 */
export function logSoftmax(where: string, logits: readonly number[]): number[] {
  const sorted = [...logits].sort((a, b) => (a < b ? -1 : Number(a > b)));
  const largest = sorted.at(-1) ?? -Infinity;
  if (largest === -Infinity) {
    throw new NumericError(`${where}: expected at least one finite number, got only -Infinity`);
  }
  const total = sorted.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return logits.map((logit) => logit - largest - Math.log(total));
}
