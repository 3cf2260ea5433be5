/** The stem of the derived network: three convolutions that bring the image to stride 4. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, type BatchNormOptions } from '../nn/batch-norm.js';
import { convolution } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';

/** Channels of the second layer's output, at stride 2, and of the third's, at stride 4. */
export const STEM_CHANNELS: readonly [half: number, quarter: number] = [64, 128];

function layer(
  scope: Scope,
  x: tf.Tensor4D,
  options: { readonly filters: number; readonly stride: number },
  norm: BatchNormOptions,
): tf.Tensor4D {
  return batchNorm(scope.child('bn'), convolution(scope, x, { kernel: 3, ...options }), norm);
}

/**
 * The first two layers of the stem: 3×3 convolutions with 64 filters, stride 2 in the first, each
 * with batch norm, a ReLU between them.
 *
 * Source: Auto-DeepLab §5.2; the authors' code for batch norm and activation.
 *
 * @param image - `[batch, height, width, channels]`, in [−1, 1]
 * @returns `[batch, ⌈height/2⌉, ⌈width/2⌉, 64]`, not activated: H^{l-2} of the first cell
 */
export function halfStem(scope: Scope, image: tf.Tensor4D, norm: BatchNormOptions): tf.Tensor4D {
  const [filters] = STEM_CHANNELS;
  const first = layer(scope.child('conv1'), image, { filters, stride: 2 }, norm);
  return layer(scope.child('conv2'), tf.relu(first), { filters, stride: 1 }, norm);
}

/**
 * The third layer of the stem: ReLU, 3×3 convolution with 128 filters and stride 2, batch norm.
 *
 * @param half - output of {@link halfStem}
 * @returns `[batch, ⌈height/4⌉, ⌈width/4⌉, 128]`, not activated: H^{l-1} of the first cell
 */
export function quarterStem(scope: Scope, half: tf.Tensor4D, norm: BatchNormOptions): tf.Tensor4D {
  const [, filters] = STEM_CHANNELS;
  return layer(scope.child('conv3'), tf.relu(half), { filters, stride: 2 }, norm);
}
