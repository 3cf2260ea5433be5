import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { forwardPass } from '../runtime/region.js';
import { meanOverReplicas } from '../runtime/replicas.js';
import type { NamedTensors } from '../tensors.js';

/** A loss and its gradients. */
export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** ∂ loss / ∂ p for each parameter p that takes part in the loss, by name. */
  readonly gradients: NamedTensors;
}

/** Stands for the loss among its gradients; no parameter has this name. */
const LOSS = '';

/**
 * The value of a loss and its gradients in named parameters.
 *
 * Only these gradients are computed: what `loss` reads besides its argument counts as constant, so
 * that the gradient in α costs no gradient in w. A parameter that takes no part in the loss has no
 * gradient, as in PyTorch, so that an optimizer neither moves nor decays it. In a step that replicas
 * compute, both are the means over them.
 *
 * @param loss - a scalar as a function of the parameters
 * @param parameters - at least one of them takes part in the loss
 * @returns tensors that the caller disposes
 * @throws {@link ConfigError} if none takes part in it
 */
export function lossAndGradients(
  loss: (parameters: NamedTensors) => tf.Scalar,
  parameters: NamedTensors,
): LossAndGradients {
  const names = Object.keys(parameters);
  const { value, grads } = tf.engine().gradients<tf.Scalar>(
    () => forwardPass(() => loss(parameters)),
    Object.values(parameters),
    undefined,
    true, // parameters without a gradient are allowed
  );
  const found: readonly (tf.Tensor | undefined)[] = grads;
  const pairs = names.map((name, i) => [name, found[i]] as const);
  const own = Object.fromEntries(pairs.filter(([, gradient]) => gradient !== undefined));
  if (Object.keys(own).length === 0) {
    throw new ConfigError(
      `gradients: expected a loss of the parameters, got one that depends on none of the ` +
        `${names.length} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`,
    );
  }
  const { [LOSS]: mean, ...gradients } = meanOverReplicas({ [LOSS]: value, ...own });
  return { loss: mean, gradients };
}
