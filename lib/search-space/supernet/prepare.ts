/** How feature maps are brought to a node's size and channels before its cell. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../../ops/batch-norm.js';
import { resizeBilinear } from '../../ops/resize.js';
import { constant } from '../../nn/initializers.js';
import { convolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { relu } from '../../ops/relu.js';
import { BN_EPSILON } from '../options.js';
import type { FeatureSize } from '../sizes.js';

/**
 * Batch norm of the supernet: always by the statistics of the batch.
 *
 *     y = weight · (γ · x̂ + offset), γ = 1 and offset = 0 unless affine
 *
 * Assumption: the paper is silent; DARTS searches with batch norms without scale and offset. No
 * moving statistics are kept, since supernet weights are thrown away and an operation sees several
 * distributions of inputs; validation uses the batch's statistics, too.
 *
 * @param options - an α for each channel, multiplied in, and the number of groups of images that are
 *   normalised each by their own statistics
 */
export function searchBatchNorm(
  scope: Scope,
  x: tf.Tensor4D,
  affine: boolean,
  { weight, groups = 1 }: { weight?: tf.Tensor1D; groups?: number } = {},
): tf.Tensor4D {
  if (!affine) {
    return batchNormTraining(x, BN_EPSILON, { scale: weight }, groups).y;
  }
  const channels = [x.shape[3]];
  const scale = scope.variable('gamma', channels, constant(1), { decay: false }) as tf.Tensor1D;
  const offset = scope.variable('beta', channels, constant(0), { decay: false }) as tf.Tensor1D;
  const affinity = {
    scale: weight ? tf.mul<tf.Tensor1D>(scale, weight) : scale,
    offset: weight ? tf.mul<tf.Tensor1D>(offset, weight) : offset,
  };
  return batchNormTraining(x, BN_EPSILON, affinity, groups).y;
}

/** ReLU, convolution, batch norm. */
export function prepare(
  scope: Scope,
  x: tf.Tensor4D,
  { filters, stride, bnAffine }: { filters: number; stride: number; bnAffine: boolean },
): tf.Tensor4D {
  const kernel = stride === 1 ? 1 : 3;
  const y = convolution(scope, relu(x), { filters, kernel, stride });
  return searchBatchNorm(scope.child('bn'), y, bnAffine);
}

/**
 * Brings H^{l-1} of the level that an arrow leaves to the node that it enters.
 *
 * Down (s/2 → s): 3×3 convolution with stride 2. Same: 1×1 convolution. Up (2s → s): bilinear
 * resize, then 1×1 convolution. Each after a ReLU and followed by a batch norm.
 *
 * Source: Auto-DeepLab §3.2, §5.1; the 3×3 kernel of the strided convolution is an assumption.
 */
export function prepareArrow(
  scope: Scope,
  x: tf.Tensor4D,
  step: number,
  size: FeatureSize,
  options: { filters: number; bnAffine: boolean },
): tf.Tensor4D {
  if (step > 0) {
    return prepare(scope.child('down'), x, { ...options, stride: 2 });
  }
  if (step < 0) {
    return prepare(scope.child('up'), resizeBilinear(x, size), { ...options, stride: 1 });
  }
  return prepare(scope.child('same'), x, { ...options, stride: 1 });
}
