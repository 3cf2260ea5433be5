/** Repeats the channels of an image, or one pixel. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Repeats the channels of an image.
 *
 *     y[…, m · C + c] = x[…, c], m = 0 … times − 1
 *
 * The gradient is one split and one sum; that of `tf.tile` takes two kernels per copy.
 *
 * @param x - `[batch, height, width, C]`
 * @returns `[batch, height, width, times · C]`; the caller disposes it
 */
export function repeatChannels(x: tf.Tensor4D, times: number): tf.Tensor4D {
  if (times === 1) {
    return tf.clone(x);
  }
  const operation = tf.customGrad((image) => ({
    value: tf.tile(image as tf.Tensor, [1, 1, 1, times]),
    gradFunc: (dy: tf.Tensor) => tf.addN(tf.split(dy, times, 3)),
  }));
  return operation(x) as tf.Tensor4D;
}

/**
 * Repeats one pixel over a whole image.
 *
 *     y[n, i, j, c] = x[n, 0, 0, c]
 *
 * The gradient is one sum; that of `tf.tile` takes two kernels per pixel.
 *
 * @param x - `[batch, 1, 1, channels]`
 * @returns `[batch, height, width, channels]`; the caller disposes it
 */
export function repeatPixel(
  x: tf.Tensor4D,
  [height, width]: readonly [number, number],
): tf.Tensor4D {
  const operation = tf.customGrad((pixel) => ({
    value: tf.tile(pixel as tf.Tensor, [1, height, width, 1]),
    gradFunc: (dy: tf.Tensor) => tf.sum(dy, [1, 2], true),
  }));
  return operation(x) as tf.Tensor4D;
}
