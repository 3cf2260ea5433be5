/** Bilinear resizing with aligned corners. */
import * as tf from '@tensorflow/tfjs-core';
import { checkImageRank } from './geometry.js';

/**
 * Resizes bilinearly; corner pixels map onto corner pixels.
 *
 *     y[i] = x[i · (n − 1)/(m − 1)], from n to m pixels, linearly interpolated, in both directions
 *
 * Source: the authors' code, everywhere; the grids of sizes 32k + 1 coincide under it.
 *
 * @param x - `[batch, height, width, channels]`
 * @param size - height and width of the result, in pixels
 * @returns `[batch, size[0], size[1], channels]`; `x` itself if it has that size
 */
export function resizeBilinear(x: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  checkImageRank('resizeBilinear', x);
  if (x.shape[1] === size[0] && x.shape[2] === size[1]) {
    return x;
  }
  return tf.image.resizeBilinear(x, [size[0], size[1]], true);
}
