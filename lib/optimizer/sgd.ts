import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { mapTensors } from '../tensors.js';
import { optimizer, type OptimizerOptions } from './options.js';
import { stateOf, type GradientTransform } from './transform.js';

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Decay m of the velocity, from 0 (no velocity) to below 1; 0.9 by default, as in the paper. */
  readonly momentum?: number;
}

/**
 * Accumulates the gradients of each parameter into a velocity and passes that on.
 *
 *     v ← m · v + g
 *
 * This is the form of TensorFlow's and PyTorch's momentum, without Nesterov's look-ahead and
 * without dampening. State: `<parameter>`, the velocity.
 *
 * @throws {@link ConfigError} if the decay is not in [0, 1)
 */
export function momentum(decay: number): GradientTransform {
  if (!(decay >= 0 && decay < 1)) {
    throw new ConfigError(`momentum: expected a number from 0 to below 1, got ${decay}`);
  }
  return {
    name: 'momentum',
    init: (parameters) => mapTensors(parameters, (parameter) => tf.zerosLike(parameter)),
    update: (gradients, state) =>
      tf.tidy(() => {
        const factor = tf.scalar(decay);
        const velocities = mapTensors(gradients, (gradient, name) =>
          tf.add(tf.mul(stateOf(state, name, 'momentum'), factor), gradient),
        );
        return { updates: velocities, state: { ...state, ...velocities } };
      }),
  };
}

/**
 * Stochastic gradient descent with momentum.
 *
 *     g ← g + weightDecay · p;  v ← momentum · v + g;  p ← p − learningRate · v
 *
 * Source: Auto-DeepLab §5.1 (search: momentum 0.9, weight decay 3e-4) and the authors' `train.py`
 * (retraining: momentum 0.9, no Nesterov). State: `momentum/<parameter>`; none with momentum 0.
 *
 * @example
 * const weights = sgd({ weightDecay: 3e-4 });
 * let state = weights.init(variables);
 */
export function sgd({ momentum: decay = 0.9, ...options }: SgdOptions = {}): GradientTransform {
  return optimizer('sgd', decay === 0 ? undefined : momentum(decay), options);
}
