/** β as transition probabilities. */
import type { Trellis } from '../search-space/trellis.js';
import type { Logits } from './logits.js';
import { checkLogits, logSoftmax } from './logits.js';

/**
 * How the arrows of an end node (stride 4 or 32), which has two instead of three, are normalised.
 *
 * - `'valid'` (default): the arrows that exist sum to 1, as eq. 7 says. With weak β an arrow of an
 *   end node then weighs 1/2 against 1/3 inside, which draws the decoded path to the ends.
 * - `'two-thirds'`: the same, times 2/3 at an end node, so that all arrows start equal. This is
 *   what the PyTorch ports do; it is not in the paper, and it changes most decoded paths.
 */
export type EndNormalisation = 'valid' | 'two-thirds';

/** The end normalisations. */
export const END_NORMALISATIONS = ['valid', 'two-thirds'] as const satisfies EndNormalisation[];

/**
 * Normalises β: softmax over the outgoing arrows of each node, as log probabilities.
 *
 * Source: Auto-DeepLab §4.1.2, eq. 7, and §4.3 ("outgoing probability" sums to 1).
 * Assumption: eq. 7 does not say what happens to arrows that leave the trellis; they are left out,
 * so that the outgoing probability sums to 1 at every node.
 *
 * @param beta - logits, `[arrows]`, in the order of `trellis.arrows`
 * @param trellis - the search space
 * @param endNormalisation - see {@link EndNormalisation}, default `'valid'`
 * @returns log probabilities, `[arrows]`; with `'two-thirds'` the exponentials of a node of n < 3
 *   arrows sum to n/3
 * @throws {@link ShapeError} if `beta` does not hold one entry an arrow
 * @throws {@link NumericError} if an entry is NaN or +Infinity, or all of a node are −Infinity
 */
export function normalizeBeta(
  beta: Logits,
  trellis: Trellis,
  endNormalisation: EndNormalisation = 'valid',
): Float64Array {
  const meaning = `one an arrow of a trellis of ${trellis.layers} layers`;
  checkLogits('beta', beta, trellis.arrows.length, meaning);
  const logProbabilities = new Float64Array(trellis.arrows.length);
  for (const { layer, level, outgoing } of trellis.nodes) {
    if (outgoing.length === 0) {
      continue;
    }
    const scale = endNormalisation === 'two-thirds' ? Math.log(outgoing.length / 3) : 0;
    const where = `beta, layer ${layer} at level ${level}`;
    logSoftmax(
      where,
      outgoing.map((index) => beta[index]),
    ).forEach((value, k) => {
      logProbabilities[outgoing[k]] = value + scale;
    });
  }
  return logProbabilities;
}
