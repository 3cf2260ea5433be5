/** The relaxed cell on its own, outside of a supernet. */
import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors.js';
import type { Scope } from '../../nn/scope.js';
import { edgeCount } from '../edges.js';
import type { Operation } from '../operations/operation.js';
import { cell, contributions, type CellContext, type Evaluation } from './cell.js';
import { CellMixing } from './state-mixing.js';

/** What a relaxed cell is made of. */
export interface RelaxedCellOptions {
  /** The number of its blocks, B. */
  readonly blocks: number;
  /** The candidate operations, in the order of α's columns. */
  readonly operations: readonly Operation[];
  /** Whether its batch norms learn a scale and an offset. */
  readonly bnAffine: boolean;
  /** How its edges are evaluated; the result is the same. Default: *fused*, as in a search. */
  readonly evaluation?: Evaluation;
}

/**
 * The relaxed cell as the supernet computes it, on two hidden states of one shape.
 *
 *     H_i = Σ_{j < i} Ō_{j→i}(H_j), H^l = concat(H_1, …, H_B)
 *
 * The weights of all edges that leave state j are one variable per operation, `state<j>/<operation>/…`,
 * one edge after the other along its output axis.
 *
 * Source: Auto-DeepLab eq. 1, 2 and 5.
 *
 * @param states - H^{l-2} and H^{l-1}, each `[batch, height, width, filters]`
 * @param alpha - probabilities of the operations of each edge, `[B (B + 3) / 2, operations]`
 * @returns `[batch, height, width, B · filters]`
 * @throws {@link ShapeError} if the states differ in shape, or α does not fit blocks and operations
 */
export function relaxedCell(
  scope: Scope,
  states: readonly [tf.Tensor4D, tf.Tensor4D],
  alpha: tf.Tensor2D,
  { blocks, operations, bnAffine, evaluation = 'fused' }: RelaxedCellOptions,
): tf.Tensor4D {
  const [older, previous] = states;
  const [ofOlder, ofPrevious] = [String(older.shape), String(previous.shape)];
  if (ofOlder !== ofPrevious) {
    throw new ShapeError(
      `relaxedCell: expected two states of one shape, got [${ofOlder}] and [${ofPrevious}]; ` +
        'bring H^{l-2} to the size and channels of H^{l-1} first',
    );
  }
  const expected = String([edgeCount(blocks), operations.length]);
  if (String(alpha.shape) !== expected) {
    throw new ShapeError(
      `relaxedCell: expected alpha of [${expected}] (edges, operations) for ${blocks} blocks, ` +
        `got [${String(alpha.shape)}]`,
    );
  }
  const mixing = new CellMixing(alpha, operations, blocks);
  const context: CellContext = { alpha: mixing, blocks, bnAffine, evaluation };
  return cell(
    scope,
    { older: contributions(scope, older, 0, context), previous, arrows: 1 },
    context,
  );
}
