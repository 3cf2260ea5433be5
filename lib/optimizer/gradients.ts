import * as tf from '@tensorflow/tfjs-core';
import { forwardPass } from '../runtime/region.js';
import type { NamedTensors } from '../tensors.js';

/** A loss and its gradients. */
export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** ∂ loss / ∂ p for each parameter p, by name. */
  readonly gradients: NamedTensors;
}

/**
 * The value of a loss and its gradients in named parameters.
 *
 * Only these gradients are computed: what `loss` reads besides its argument counts as constant, so
 * that the gradient in α costs no gradient in w.
 *
 * @param loss - a scalar as a function of the parameters
 * @param parameters - at least one; each must take part in the loss
 * @returns tensors that the caller disposes
 */
export function lossAndGradients(
  loss: (parameters: NamedTensors) => tf.Scalar,
  parameters: NamedTensors,
): LossAndGradients {
  const names = Object.keys(parameters);
  const withNames = (tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
    forwardPass(() => loss(withNames(tensors))),
  )(Object.values(parameters));
  return { loss: value, gradients: withNames(grads) };
}
