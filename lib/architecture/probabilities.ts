/**
 * α and β as probabilities: plain numbers in double precision, as logarithms.
 *
 * `search-space/supernet/probabilities.ts` is the same as tensors that gradients flow through; a test
 * holds the two together.
 */
import { NumericError, ShapeError } from '../errors.js';
import { edgeCount } from '../search-space/edges.js';
import type { EndNormalisation } from '../search-space/end-normalisation.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import type { Trellis } from '../search-space/trellis.js';

/**
 * α or β as plain numbers: unnormalised logits, flat in the order of the edges and operations, or
 * of the arrows. A typed array read from a tensor fits. −Infinity forbids an entry.
 */
export type Logits = ArrayLike<number>;

/** The cell's part of a search space: what gives α its shape. */
export type CellShape = Pick<SearchSpaceShape, 'blocks' | 'operations'>;

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
          "diverged before this point, decode another checkpoint, such as { checkpoint: 'best' }",
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

/**
 * Log probabilities of the operations: softmax of α over the operations of each edge, zero included.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2 to 4.
 *
 * @param alpha - logits, `[edges · operations]`, row by row; edges = B (B + 3) / 2
 * @returns in the same order, `[edges · operations]`
 * @throws {@link ShapeError} if `alpha` has another length
 * @throws {@link NumericError} if an entry is NaN or +Infinity, or all of an edge are −Infinity
 */
export function alphaLogProbabilities(
  alpha: Logits,
  { blocks, operations }: CellShape,
): Float64Array {
  const edges = edgeCount(blocks);
  const width = operations.length;
  checkLogits('alpha', alpha, edges * width, `${edges} edges of ${width} operations`);
  const result = new Float64Array(edges * width);
  for (let edge = 0; edge < edges; edge++) {
    const row = operations.map((_, k) => alpha[edge * width + k]);
    result.set(logSoftmax(`alpha, edge ${edge}`, row), edge * width);
  }
  return result;
}

/**
 * Log probabilities of the arrows: softmax of β over the arrows that leave each node.
 *
 * Source: Auto-DeepLab §4.1.2, eq. 7, and §4.3 ("outgoing probability" sums to 1).
 * Assumption: eq. 7 does not say what happens to arrows that leave the trellis; they are left out,
 * so that the outgoing probability sums to 1 at every node.
 *
 * @param beta - logits, `[arrows]`, in the order of `trellis.arrows`
 * @param endNormalisation - see {@link EndNormalisation}, default `'valid'`
 * @returns `[arrows]`; with `'two-thirds'` the exponentials of a node of n < 3 arrows sum to n/3
 * @throws {@link ShapeError} if `beta` does not hold one entry per arrow
 * @throws {@link NumericError} if an entry is NaN or +Infinity, or all of a node are −Infinity
 */
export function betaLogProbabilities(
  beta: Logits,
  trellis: Trellis,
  endNormalisation: EndNormalisation = 'valid',
): Float64Array {
  const meaning = `one per arrow of a trellis of ${trellis.layers} layers`;
  checkLogits('beta', beta, trellis.arrows.length, meaning);
  const result = new Float64Array(trellis.arrows.length);
  for (const { layer, level, outgoing } of trellis.nodes) {
    if (outgoing.length > 0) {
      const scale = endNormalisation === 'two-thirds' ? Math.log(outgoing.length / 3) : 0;
      const logits = outgoing.map((index) => beta[index]);
      logSoftmax(`beta, layer ${layer} at level ${level}`, logits).forEach((value, k) => {
        result[outgoing[k]] = value + scale;
      });
    }
  }
  return result;
}
