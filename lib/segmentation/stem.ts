/** The stem of the derived network: three convolutions that bring the image to stride 4. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, type BatchNormOptions } from '../nn/batch-norm.js';
import { convolution } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';

/** Channels of the second layer's output, at stride 2, and of the third's, at stride 4. */
export const STEM_CHANNELS: readonly [half: number, quarter: number] = [64, 128];

/** The two stem outputs that cells read; not activated. */
export interface StemOutputs {
  /** `[batch, ⌈height/2⌉, ⌈width/2⌉, 64]`, H^{l-2} of the first cell. */
  readonly half: tf.Tensor4D;
  /** `[batch, ⌈height/4⌉, ⌈width/4⌉, 128]`, H^{l-1} of the first cell. */
  readonly quarter: tf.Tensor4D;
}

/**
 * Three 3×3 convolutions with 64, 64 and 128 filters, stride 2 in the first and third, each with
 * batch norm; ReLUs between them, none behind the second and third output.
 *
 * Source: Auto-DeepLab §5.2; the authors' code for batch norm and activation.
 *
 * @param image - `[batch, height, width, channels]`, in [−1, 1]
 */
export function stem(scope: Scope, image: tf.Tensor4D, norm: BatchNormOptions): StemOutputs {
  const layer = (name: string, x: tf.Tensor4D, filters: number, stride: number) => {
    const inner = scope.child(name);
    return batchNorm(
      inner.child('bn'),
      convolution(inner, x, { filters, kernel: 3, stride }),
      norm,
    );
  };
  const [halfChannels, quarterChannels] = STEM_CHANNELS;
  const first = layer('conv1', image, halfChannels, 2);
  const half = layer('conv2', tf.relu(first), halfChannels, 1);
  return { half, quarter: layer('conv3', tf.relu(half), quarterChannels, 2) };
}
