/** A moving average of parameters, which predicts better than their last values. */
import * as tf from '@tensorflow/tfjs-core';
import { mapTensors, tensorOf, type NamedTensors } from '../tensors.js';

/**
 * The averages after the parameters have moved.
 *
 *     a ← d · a + (1 − d) · p
 *
 * Source: Polyak & Juditsky 1992 in its exponential form; PyTorch's
 * `AveragedModel(multi_avg_fn=get_ema_multi_avg_fn(d))`, begun with the first values.
 *
 * @param averages - a, by parameter
 * @param parameters - p, at least those that have an average
 * @param decay - d, from 0 to below 1
 * @returns new tensors, which the caller disposes
 */
export function movingAverage(
  averages: NamedTensors,
  parameters: NamedTensors,
  decay: number,
): Record<string, tf.Tensor> {
  return mapTensors(averages, (average, name) =>
    tf.add(
      tf.mul(average, tf.scalar(decay)),
      tf.mul(tensorOf(parameters, name, 'movingAverage'), tf.scalar(1 - decay)),
    ),
  );
}
