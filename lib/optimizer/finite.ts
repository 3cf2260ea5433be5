/** Whether a training step is finite: its loss, its gradients, its statistics. */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../tensors.js';

/**
 * The squared Euclidean norm of each parameter's gradient, Σ_i g_i², in the order of the parameters; 0
 * where there is no gradient.
 *
 * Above 1.8e19 a gradient's square is infinite in float32, and the gradient counts as such.
 *
 * @param parameters - names, at least one
 * @returns `[parameters]`; the caller disposes it
 */
export function gradientSquares(
  gradients: NamedTensors,
  parameters: readonly string[],
): tf.Tensor1D {
  return tf.tidy(() =>
    tf.stack(
      parameters.map((name) =>
        Object.hasOwn(gradients, name)
          ? tf.sum<tf.Scalar>(tf.square(gradients[name]))
          : tf.scalar(0),
      ),
    ),
  ) as tf.Tensor1D;
}

/**
 * Whether all numbers in all values are finite, and their sum too.
 *
 *     0 · Σ x = 0, which is NaN for an infinity or NaN among x
 *
 * @param values - at least one
 * @returns a bool scalar; the caller disposes it
 */
export function areFinite(values: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const sums = values.map((value) => tf.sum<tf.Scalar>(value));
    return tf.equal<tf.Scalar>(tf.mul(tf.addN<tf.Scalar>(sums), tf.scalar(0)), tf.scalar(0));
  });
}
