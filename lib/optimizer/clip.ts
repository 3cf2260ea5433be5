import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { mapTensors, type NamedTensors } from '../tensors.js';
import { stateless, type GradientTransform } from './transform.js';

/** Keeps the quotient finite for a zero gradient, as PyTorch's `clip_grad_norm_` does. */
const NORM_EPSILON = 1e-6;

/**
 * The Euclidean norm of all tensors taken as one vector, sqrt(Σ_i |g_i|²).
 *
 * @returns a scalar; the caller disposes it
 */
export function globalNorm(tensors: NamedTensors): tf.Scalar {
  return tf.tidy(() => {
    const squares = Object.values(tensors).map((tensor) => tf.sum<tf.Scalar>(tf.square(tensor)));
    return squares.length === 0 ? tf.scalar(0) : tf.sqrt(tf.addN<tf.Scalar>(squares));
  });
}

/**
 * Scales all gradients down by one factor when their global norm exceeds a limit.
 *
 *     g ← g · min(1, limit / (‖g‖ + 1e-6))
 *
 * Source: DARTS clips the network weights' gradients to 5 with PyTorch's `clip_grad_norm_`.
 * Assumption: Auto-DeepLab does not mention clipping, so it is off by default.
 *
 * @param limit - the largest norm that passes unchanged, above 0
 * @throws {@link ConfigError} if the limit is not a positive number
 */
export function clipByGlobalNorm(limit: number): GradientTransform {
  if (!(limit > 0)) {
    throw new ConfigError(`clipByGlobalNorm: expected a limit above 0, got ${limit}`);
  }
  return stateless('clip', (gradients) => {
    const norm = tf.add(globalNorm(gradients), tf.scalar(NORM_EPSILON));
    const factor = tf.minimum(tf.div(tf.scalar(limit), norm), tf.scalar(1));
    return mapTensors(gradients, (gradient) => tf.mul(gradient, factor));
  });
}
