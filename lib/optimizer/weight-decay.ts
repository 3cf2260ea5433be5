import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { mapTensors, tensorOf } from '../tensors.js';
import { stateless, type GradientTransform } from './transform.js';

/**
 * L2 regularisation: adds the gradient of (decay / 2) · |p|² to the gradient.
 *
 *     g ← g + decay · p
 *
 * Source: Auto-DeepLab §5.1 (3e-4 for w, 1e-3 for α and β); the form is that of PyTorch's SGD and
 * Adam, which DARTS uses, not the decoupled decay of AdamW.
 *
 * @param decay - 0 or more
 * @param decays - whether a parameter is decayed, by name; all are by default
 * @throws {@link ConfigError} if the decay is negative or not a number
 */
export function addWeightDecay(
  decay: number,
  decays: (name: string) => boolean = () => true,
): GradientTransform {
  if (!(decay >= 0 && decay < Infinity)) {
    throw new ConfigError(`addWeightDecay: expected a decay of 0 or more, got ${decay}`);
  }
  return stateless('weight_decay', (gradients, parameters) => {
    const factor = tf.scalar(decay);
    return mapTensors(gradients, (gradient, name) =>
      decays(name)
        ? tf.add(gradient, tf.mul(tensorOf(parameters, name, 'addWeightDecay'), factor))
        : gradient,
    );
  });
}
