/** What the relaxed forms of the operations share: their batch norm. */
import type * as tf from '@tensorflow/tfjs-core';
import { statelessBatchNorm } from '../../nn/batch-norm.js';
import type { Scope } from '../../nn/scope.js';

/** ε of every batch norm of the supernet. Source: DARTS (PyTorch's default). */
export const SEARCH_EPSILON = 1e-5;

/** What the operations of the supernet need to know besides their input. */
export interface RelaxedOptions {
  /** Whether batch norms train scale and offset. */
  readonly bnAffine: boolean;
  /** Groups of images in the batch, each normalised by its own statistics; 1 by default. */
  readonly groups?: number;
}

/**
 * Batch norm of the supernet: always by the statistics of the batch.
 *
 * Assumption: the paper is silent; DARTS searches with batch norms without scale and offset. No
 * moving statistics are kept, since supernet weights are thrown away and an operation sees several
 * distributions of inputs; validation uses the batch's statistics, too.
 *
 * @param factor - a mixing weight per channel, multiplied in
 */
export function relaxedNorm(
  scope: Scope,
  x: tf.Tensor4D,
  { bnAffine, groups = 1 }: RelaxedOptions,
  factor?: tf.Tensor1D,
): tf.Tensor4D {
  return statelessBatchNorm(scope, x, {
    epsilon: SEARCH_EPSILON,
    affine: bnAffine,
    factor,
    groups,
  });
}
