import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { mapTensors, withPrefix } from '../tensors.js';
import { optimizer, type OptimizerOptions } from './options.js';
import { stateOf, type GradientTransform } from './transform.js';

/** Options of {@link adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Decays of the two moments; [0.9, 0.999] by default. DARTS uses [0.5, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly epsilon?: number;
}

/**
 * Divides the running mean of the gradients by the root of their running square.
 *
 *     m ← b1 · m + (1 − b1) · g          c1 ← b1 · c1 + (1 − b1)
 *     v ← b2 · v + (1 − b2) · g²         c2 ← b2 · c2 + (1 − b2)
 *     u = (m / c1) / (sqrt(v / c2) + epsilon)
 *
 * c1 and c2 are 1 − b1^t and 1 − b2^t, the bias corrections after t updates, kept as state by the
 * recursion of the moments. Each parameter therefore counts its own updates, as in PyTorch: one that
 * joins late or is left out at times is corrected rightly, and no step number has to be fed. This
 * also avoids the cancellation of 1 − b2^t in float32.
 *
 * State: `mean/<parameter>`, `variance/<parameter>`, `mean_weight/<parameter>` (c1) and
 * `variance_weight/<parameter>` (c2).
 *
 * Source: Kingma and Ba, "Adam", algorithm 1.
 *
 * @throws {@link ConfigError} if a decay is not in [0, 1) or epsilon is negative
 */
export function scaleByAdam(betas: readonly [number, number], epsilon: number): GradientTransform {
  const [b1, b2] = betas;
  if (!betas.every((beta) => beta >= 0 && beta < 1) || !(epsilon >= 0)) {
    throw new ConfigError(
      'adam: expected betas from 0 to below 1 and an epsilon of 0 or more, ' +
        `got betas ${betas.join(', ')}, epsilon ${epsilon}`,
    );
  }
  return {
    name: 'adam',
    init: (parameters) => {
      const zeros = () => mapTensors(parameters, (parameter) => tf.zerosLike(parameter));
      const scalars = () => mapTensors(parameters, () => tf.scalar(0));
      return {
        ...withPrefix('mean', zeros()),
        ...withPrefix('variance', zeros()),
        ...withPrefix('mean_weight', scalars()),
        ...withPrefix('variance_weight', scalars()),
      };
    },
    update: (gradients, state) =>
      tf.tidy(() => {
        const keep1 = tf.scalar(b1);
        const take1 = tf.scalar(1 - b1);
        const keep2 = tf.scalar(b2);
        const take2 = tf.scalar(1 - b2);
        const epsilonScalar = tf.scalar(epsilon);
        const after: Record<string, tf.Tensor> = { ...state };
        const before = (key: string) => stateOf(state, key, 'adam');
        const updates = mapTensors(gradients, (gradient, name) => {
          const mean = tf.add(tf.mul(before(`mean/${name}`), keep1), tf.mul(gradient, take1));
          const variance = tf.add(
            tf.mul(before(`variance/${name}`), keep2),
            tf.mul(tf.square(gradient), take2),
          );
          const meanWeight = tf.add(tf.mul(before(`mean_weight/${name}`), keep1), take1);
          const varianceWeight = tf.add(tf.mul(before(`variance_weight/${name}`), keep2), take2);
          after[`mean/${name}`] = mean;
          after[`variance/${name}`] = variance;
          after[`mean_weight/${name}`] = meanWeight;
          after[`variance_weight/${name}`] = varianceWeight;
          const root = tf.sqrt(tf.div(variance, varianceWeight));
          return tf.div(tf.div(mean, meanWeight), tf.add(root, epsilonScalar));
        });
        return { updates, state: after };
      }),
  };
}

/**
 * Adam with L2 weight decay added to the gradients.
 *
 * Source: Auto-DeepLab §5.1 (α, β: learning rate 0.003, weight decay 1e-3). Assumption: the paper
 * states no betas; the default is Adam's own, and DARTS's (0.5, 0.999) is one option away.
 * State: `adam/mean/<parameter>` and so on, see {@link scaleByAdam}.
 *
 * @example
 * const architecture = adam({ weightDecay: 1e-3 });
 */
export function adam({
  betas = [0.9, 0.999],
  epsilon = 1e-8,
  ...options
}: AdamOptions = {}): GradientTransform {
  return optimizer('adam', scaleByAdam(betas, epsilon), options);
}
