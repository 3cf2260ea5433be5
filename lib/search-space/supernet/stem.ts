/** The supernet's stem: two convolutions that bring the image to stride 4. */
import type * as tf from '@tensorflow/tfjs-core';
import { convolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { relu } from '../../ops/relu.js';
import type { SearchSpaceOptions } from '../options.js';
import { relaxedNorm } from '../operations/relaxed.js';

/** Channels of the stem's layers, at strides 2 and 4. */
export function stemWidths({
  stemWidths: widths,
  blocks,
  filterMultiplier,
}: SearchSpaceOptions): readonly [number, number] {
  const last = blocks * filterMultiplier;
  return widths === 'scaled' ? [Math.max(1, Math.floor(last / 2)), last] : widths;
}

/**
 * Two 3×3 convolutions with stride 2, each with batch norm; a ReLU between them, none behind.
 *
 * Source: Auto-DeepLab §5.1 ("two-layer stem"). The outputs are not activated, as in the authors'
 * retrained network; the cells begin with a ReLU.
 *
 * @param image - `[batch, height, width, 3]`
 * @returns the outputs at stride 2 and stride 4
 */
export function stem(
  scope: Scope,
  image: tf.Tensor4D,
  options: SearchSpaceOptions,
): { half: tf.Tensor4D; quarter: tf.Tensor4D } {
  const [first, second] = stemWidths(options);
  const layer = (name: string, x: tf.Tensor4D, filters: number) => {
    const inner = scope.child(name);
    const y = convolution(inner, x, { filters, kernel: 3, stride: 2 });
    return relaxedNorm(inner.child('bn'), y, { bnAffine: options.bnAffine !== 'none' });
  };
  const half = layer('conv1', image, first);
  return { half, quarter: layer('conv2', relu(half), second) };
}
