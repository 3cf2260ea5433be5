/** α as probabilities. */
import { edgeCount } from '../search-space/edges.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import type { Logits } from './logits.js';
import { checkLogits, logSoftmax } from './logits.js';

/**
 * Normalises α: softmax over the operations of each edge, zero included, as log probabilities.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2 to 4.
 *
 * @param alpha - logits, `[edges · operations]`, row by row
 * @param shape - number of blocks B, which gives B (B + 3) / 2 edges, and the operations
 * @returns log probabilities in the same order, `[edges · operations]`
 * @throws {@link ShapeError} if `alpha` has another length
 * @throws {@link NumericError} if an entry is NaN or +Infinity, or all of an edge are −Infinity
 */
export function normalizeAlpha(
  alpha: Logits,
  { blocks, operations }: Pick<SearchSpaceShape, 'blocks' | 'operations'>,
): Float64Array {
  const edges = edgeCount(blocks);
  const width = operations.length;
  checkLogits('alpha', alpha, edges * width, `${edges} edges of ${width} operations`);
  const logProbabilities = new Float64Array(edges * width);
  for (let edge = 0; edge < edges; edge++) {
    const row = operations.map((_, k) => alpha[edge * width + k]);
    logProbabilities.set(logSoftmax(`alpha, edge ${edge}`, row), edge * width);
  }
  return logProbabilities;
}
