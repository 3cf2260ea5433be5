/** α as probabilities. */
import { edgeCount } from '../search-space/edges.js';
import { PRIMITIVES } from '../search-space/primitives.js';
import type { Logits } from './logits.js';
import { checkLogits, logSoftmax } from './logits.js';

/**
 * Normalises α: softmax over the 8 operations of each edge, zero included, as log probabilities.
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2 to 4.
 *
 * @param alpha - logits, `[edges · 8]`, row by row
 * @param blocks - number of blocks B; edges = B (B + 3) / 2
 * @returns log probabilities in the same order, `[edges · 8]`
 * @throws {@link ShapeError} if `alpha` has another length
 * @throws {@link NumericError} if an entry is NaN or +Infinity, or all of an edge are −Infinity
 */
export function normalizeAlpha(alpha: Logits, blocks: number): Float64Array {
  const edges = edgeCount(blocks);
  const width = PRIMITIVES.length;
  checkLogits('alpha', alpha, edges * width, `${edges} edges of ${width} operations`);
  const logProbabilities = new Float64Array(edges * width);
  for (let edge = 0; edge < edges; edge++) {
    const row = PRIMITIVES.map((_, k) => alpha[edge * width + k]);
    logProbabilities.set(logSoftmax(`alpha, edge ${edge}`, row), edge * width);
  }
  return logProbabilities;
}
