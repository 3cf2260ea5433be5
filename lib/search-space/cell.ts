/** The cell of the supernet. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scope } from '../nn/scope.js';
import { firstConsumer } from './edges.js';
import { edgeScope, mixedOp } from './mixed-op.js';
import { stateEdges } from './state-edges.js';
import type { AlphaWeights } from './state-weights.js';

/**
 * How the edges of a cell are evaluated; the result is the same.
 *
 * *grouped* - all edges that leave a state together. *plain* - one by one, as the paper writes it.
 */
export type Evaluation = 'grouped' | 'plain';

/** What all cells of a supernet share. */
export interface CellContext {
  readonly alpha: AlphaWeights;
  readonly blocks: number;
  readonly bnAffine: boolean;
  readonly evaluation: Evaluation;
}

/**
 * What one hidden state gives to the blocks that read it, block by block.
 *
 * @param x - the state, `[batch, height, width, filters]`
 */
export function contributions(
  scope: Scope,
  x: tf.Tensor4D,
  input: number,
  context: CellContext,
): tf.Tensor4D[] {
  const { blocks, bnAffine } = context;
  const place = scope.child(`state${input}`);
  const consumers = blocks - firstConsumer(input);
  if (context.evaluation === 'plain') {
    const alpha = context.alpha.rows(input);
    return Array.from({ length: consumers }, (_, consumer) => {
      const row = tf.reshape<tf.Rank.R1>(tf.slice(alpha, [consumer, 0], [1, alpha.shape[1]]), [-1]);
      return mixedOp(edgeScope(place, { consumer, consumers }), x, row, bnAffine);
    });
  }
  const weights = context.alpha.ofState(input, x.shape[3]);
  const together = stateEdges(place, x, { weights, bnAffine });
  return consumers === 1 ? [together] : tf.split<tf.Tensor4D>(together, consumers, 3);
}

/**
 * The relaxed cell: every block sums its edges, the output joins the blocks.
 *
 *     H_i = Σ_{j < i} Ō_{j→i}(H_j), H^l = concat(H_1, …, H_B)
 *
 * Source: Auto-DeepLab eq. 1, 2 and 5.
 *
 * @param fromPreviousPrevious - what H^{l-2} gives to each block; absent: nothing
 * @param previous - H^{l-1} as prepared for this node, `[batch, height, width, filters]`
 * @returns `[batch, height, width, B · filters]`
 */
export function cell(
  scope: Scope,
  fromPreviousPrevious: readonly tf.Tensor4D[] | undefined,
  previous: tf.Tensor4D,
  context: CellContext,
): tf.Tensor4D {
  const sums: tf.Tensor4D[][] = Array.from({ length: context.blocks }, (_, block) =>
    fromPreviousPrevious ? [fromPreviousPrevious[block]] : [],
  );
  const read = (state: tf.Tensor4D, input: number) => {
    contributions(scope, state, input, context).forEach((part, i) => {
      sums[firstConsumer(input) + i].push(part);
    });
  };
  read(previous, 1);
  const outputs = sums.map((terms, block) => {
    const output = terms.length === 1 ? terms[0] : tf.addN(terms);
    if (block + 1 < context.blocks) {
      read(output, block + 2);
    }
    return output;
  });
  return tf.concat(outputs, 3);
}
