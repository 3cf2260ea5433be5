/** Comparing two ways to compute the same, values and gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { fillImage } from '../fill.js';

/** An image filled from a name alone. */
export const image = (name: string, shape: readonly number[]) =>
  tf.tensor<tf.Rank.R4>(fillImage(name, shape), shape as [number, number, number, number]);

/** The largest difference, relative to the largest element of `b`. */
export function distance(a: tf.Tensor, b: tf.Tensor): number {
  const [error, size] = [tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))];
  return error.dataSync()[0] / Math.max(size.dataSync()[0], 1e-6);
}

/** Value and gradients of f, weighted so that every element counts differently. */
export function differentiate(
  f: (...tensors: tf.Tensor[]) => tf.Tensor,
  tensors: tf.Tensor[],
): tf.Tensor[] {
  const weighted = (...values: tf.Tensor[]) => {
    const y = f(...values);
    return tf.sum(tf.mul(y, tf.reshape(tf.sub(tf.mod(tf.range(0, y.size), 7), 3), y.shape)));
  };
  return [f(...tensors), ...tf.grads(weighted)(tensors)];
}

/** Runs `f` as if the binding had no kernels of ours. */
export function withoutOwnKernels<T>(f: () => T): T {
  const backend = tf.findBackend('tensorflow') as { binding?: { ownOperations?: unknown } } | null;
  const binding = backend?.binding ?? {};
  const before = binding.ownOperations;
  delete binding.ownOperations;
  try {
    return f();
  } finally {
    binding.ownOperations = before;
  }
}
