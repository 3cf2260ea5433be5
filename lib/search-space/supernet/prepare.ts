/** How feature maps are brought to a node's size and channels before its cell. */
import type * as tf from '@tensorflow/tfjs-core';
import { resizeBilinear } from '../../ops/resize.js';
import { convolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { relu } from '../../ops/relu.js';
import { relaxedNorm } from '../operations/relaxed.js';
import type { Size } from '../../size.js';

/** ReLU, convolution, batch norm. */
export function prepare(
  scope: Scope,
  x: tf.Tensor4D,
  { filters, stride, bnAffine }: { filters: number; stride: number; bnAffine: boolean },
): tf.Tensor4D {
  const kernel = stride === 1 ? 1 : 3;
  const y = convolution(scope, relu(x), { filters, kernel, stride });
  return relaxedNorm(scope.child('bn'), y, { bnAffine });
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
  size: Size,
  options: { filters: number; bnAffine: boolean },
): tf.Tensor4D {
  if (step > 0) {
    return prepare(scope.child('down'), x, { ...options, stride: 2 });
  }
  if (step < 0) {
    const resized = resizeBilinear(x, [size.height, size.width]);
    return prepare(scope.child('up'), resized, { ...options, stride: 1 });
  }
  return prepare(scope.child('same'), x, { ...options, stride: 1 });
}
