/** The stem of the derived network: three convolutions that bring the image to stride 4. */
import type * as tf from '@tensorflow/tfjs-core';
import { batchNorm, type BatchNormOptions } from '../nn/batch-norm.js';
import { convolution } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { relu } from '../ops/relu.js';

/** A layer of the stem. */
export interface StemOptions {
  /** Channels of its output; the paper's are 64 at stride 2 and 128 at stride 4. */
  readonly filters: number;
  readonly norm: BatchNormOptions;
}

function layer(
  scope: Scope,
  x: tf.Tensor4D,
  { filters, stride, norm }: StemOptions & { readonly stride: number },
): tf.Tensor4D {
  return batchNorm(scope.child('bn'), convolution(scope, x, { kernel: 3, filters, stride }), norm);
}

/**
 * The first two layers of the stem: 3×3 convolutions, stride 2 in the first, each with batch norm, a ReLU
 * between them.
 *
 * Source: Auto-DeepLab §5.2; the authors' code for batch norm and activation.
 *
 * @param image - `[batch, height, width, channels]`, in [−1, 1]
 * @returns `[batch, ⌈height/2⌉, ⌈width/2⌉, filters]`, not activated: H^{l-2} of the first cell
 */
export function halfStem(scope: Scope, image: tf.Tensor4D, options: StemOptions): tf.Tensor4D {
  const first = layer(scope.child('conv1'), image, { ...options, stride: 2 });
  return layer(scope.child('conv2'), relu(first), { ...options, stride: 1 });
}

/**
 * The third layer of the stem: ReLU, 3×3 convolution with stride 2, batch norm.
 *
 * @param half - output of {@link halfStem}
 * @returns `[batch, ⌈height/4⌉, ⌈width/4⌉, filters]`, not activated: H^{l-1} of the first cell
 */
export function quarterStem(scope: Scope, half: tf.Tensor4D, options: StemOptions): tf.Tensor4D {
  return layer(scope.child('conv3'), relu(half), { ...options, stride: 2 });
}
