/** Training-mode batch norm and its gradient from operations that the wasm backend has. */
import * as tf from '@tensorflow/tfjs-core';

/** Attributes of the batch-norm kernels. */
export interface BatchNormAttributes {
  readonly epsilon: number;
}

/** Batch norm in training; y, mean, unbiased variance, saved mean, saved variance, nothing. */
export function batchNormOnWasm(
  x: tf.Tensor4D,
  scale: tf.Tensor,
  offset: tf.Tensor,
  empty: tf.Tensor,
  { epsilon }: BatchNormAttributes,
): tf.Tensor[] {
  const count = x.size / x.shape[3];
  const rows = tf.reshape<tf.Rank.R2>(x, [count, x.shape[3]]);
  const mean = tf.mean(rows, 0);
  const variance = tf.mean(tf.square(tf.sub(rows, mean)), 0);
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
  const y = tf.add(tf.mul(rows, factor), tf.sub(offset, tf.mul(mean, factor)));
  const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
  return [tf.reshape(y, x.shape), mean, unbiased, mean.clone(), variance, empty.clone()];
}

/**
 * Gradient of the training-mode batch norm.
 *
 *     x̂ = (x − mean)/σ, dscale = Σ dy·x̂, doffset = Σ dy,
 *     dx = scale/σ · (dy − doffset/n − x̂ · dscale/n)
 */
export function batchNormGradientOnWasm(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  scale: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  { epsilon }: BatchNormAttributes,
): tf.Tensor[] {
  const channels = x.shape[3];
  const count = x.size / channels;
  const cotangent = tf.reshape(dy, [count, channels]);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const centred = tf.mul(tf.sub(tf.reshape(x, [count, channels]), mean), inverse);
  const dscale = tf.sum(tf.mul(cotangent, centred), 0);
  const doffset = tf.sum(cotangent, 0);
  const projected = tf.add(doffset, tf.mul(centred, dscale));
  const dx = tf.mul(tf.sub(cotangent, tf.div(projected, count)), tf.mul(scale, inverse));
  return [tf.reshape(dx, x.shape), dscale, doffset, tf.zeros([0]), tf.zeros([0])];
}
