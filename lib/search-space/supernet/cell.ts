/** The cell of the supernet. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scope } from '../../nn/scope.js';
import { firstConsumer } from '../edges.js';
import { edgeScope, mixedOp } from './mixed-op.js';
import { fusedEdges } from './fused-edges.js';
import type { CellMixing } from './state-mixing.js';

/**
 * How the edges of a cell are evaluated; the result is the same.
 *
 * *fused* - all edges that leave a state together. *plain* - one by one, as the paper writes it.
 */
export type Evaluation = 'fused' | 'plain';

/** What all cells of a supernet share. */
export interface CellContext {
  readonly alpha: CellMixing;
  readonly blocks: number;
  readonly bnAffine: boolean;
  readonly evaluation: Evaluation;
}

/** The cells of the arrows into one node, which share their weights, side by side in one batch. */
export interface CellInputs {
  /** What H^{l-2} contributes to each block, the same for all arrows; undefined: nothing. */
  readonly older: readonly tf.Tensor4D[] | undefined;
  /** H^{l-1} as prepared for each arrow, one after the other, `[arrows · batch, h, w, filters]`. */
  readonly previous: tf.Tensor4D;
  readonly arrows: number;
}

/**
 * What one hidden state contributes to the blocks that read it, block by block.
 *
 * @param x - the state, `[groups · batch, height, width, filters]`
 * @param groups - groups of images, each normalised by its own statistics; plain: 1
 */
export function contributions(
  scope: Scope,
  x: tf.Tensor4D,
  input: number,
  context: CellContext,
  groups = 1,
): tf.Tensor4D[] {
  const { blocks, bnAffine } = context;
  const place = scope.child(`state${input}`);
  const consumers = blocks - firstConsumer(input);
  if (context.evaluation === 'plain') {
    const alpha = context.alpha.rows(input);
    return Array.from({ length: consumers }, (_, consumer) => {
      const row = tf.reshape<tf.Rank.R1>(tf.slice(alpha, [consumer, 0], [1, alpha.shape[1]]), [-1]);
      const edge = edgeScope(place, { consumer, consumers });
      return mixedOp(edge, x, context.alpha.operations, row, { bnAffine });
    });
  }
  const mixing = context.alpha.ofState(input, x.shape[3]);
  const together = fusedEdges(place, x, mixing, { bnAffine, groups });
  return consumers === 1 ? [together] : tf.split<tf.Tensor4D>(together, consumers, 3);
}

/** Adds what H^{l-2} contributes to the sum of each arrow. */
function addToAll(sum: tf.Tensor4D, older: tf.Tensor4D, arrows: number): tf.Tensor4D {
  if (arrows === 1) {
    return tf.add(sum, older);
  }
  const rows = tf.reshape(sum, [arrows, older.size]);
  return tf.reshape(tf.add(rows, tf.reshape(older, [1, older.size])), sum.shape);
}

/**
 * The relaxed cell: every block sums its edges, the output joins the blocks.
 *
 *     H_i = Σ_{j < i} Ō_{j→i}(H_j), H^l = concat(H_1, …, H_B)
 *
 * Source: Auto-DeepLab eq. 1, 2 and 5.
 *
 * @returns `[arrows · batch, height, width, B · filters]`
 */
export function cell(scope: Scope, inputs: CellInputs, context: CellContext): tf.Tensor4D {
  const { older, previous, arrows } = inputs;
  const sums: tf.Tensor4D[][] = Array.from({ length: context.blocks }, () => []);
  const read = (state: tf.Tensor4D, input: number) => {
    contributions(scope, state, input, context, arrows).forEach((part, i) => {
      sums[firstConsumer(input) + i].push(part);
    });
  };
  read(previous, 1);
  const outputs = sums.map((terms, block) => {
    const sum = terms.length === 1 ? terms[0] : tf.addN(terms);
    const output = older ? addToAll(sum, older[block], arrows) : sum;
    if (block + 1 < context.blocks) {
      read(output, block + 2);
    }
    return output;
  });
  return tf.concat(outputs, 3);
}
