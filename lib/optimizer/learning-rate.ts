import * as tf from '@tensorflow/tfjs-core';
import { mapTensors } from '../tensors.js';
import { stateless, type GradientTransform } from './transform.js';

/**
 * The last transform of an optimizer: from gradients to the change of each parameter.
 *
 *     u ← −learningRate · multiplier(name) · u
 *
 * @param multiplier - factor on the learning rate by parameter name; 1 by default
 */
export function scaleByLearningRate(
  multiplier: (name: string) => number = () => 1,
): GradientTransform {
  return stateless('learning_rate', (gradients, _parameters, { learningRate }) => {
    const factors = new Map<number, tf.Tensor>(); // one scalar per distinct multiplier
    return mapTensors(gradients, (gradient, name) => {
      const times = multiplier(name);
      const factor = factors.get(times) ?? tf.mul(learningRate, tf.scalar(-times));
      factors.set(times, factor);
      return tf.mul(gradient, factor);
    });
  });
}
