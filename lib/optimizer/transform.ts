/**
 * Gradient transforms: pure pairs of functions, composed by {@link chain}.
 *
 * Each takes tensors and returns tensors and never reads a value, so that a training step made of
 * them can be traced into one graph. What changes from step to step enters as a scalar tensor.
 * State is a flat record keyed by the parameter's name: a parameter without a gradient keeps its
 * state, whatever else is updated (tfjs's own optimizers key their moments by position).
 */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { tensorOf, withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';

/** What a transform keeps of a parameter in its state. */
export function stateOf(state: NamedTensors, name: string, where: string): tf.Tensor {
  const advice = 'initialise the optimizer with every parameter that it will ever update';
  return tensorOf(state, name, where, advice);
}

/** What an update may depend on besides gradients, state and parameters. */
export interface UpdateContext {
  /** The learning rate of this step. */
  readonly learningRate: tf.Scalar;
  /** The number of this step, for transforms that need it; those of this library do not. */
  readonly step?: tf.Scalar;
}

/** The result of one update. */
export interface Transformed {
  /** The transformed gradients, one per gradient that came in. */
  readonly updates: NamedTensors;
  /** The new state; an entry that did not change is the same tensor as before. */
  readonly state: NamedTensors;
}

/** One step on the way from a gradient to the change of its parameter. */
export interface GradientTransform {
  /** The name under which a chain keeps this transform's state. */
  readonly name: string;
  /** The state before the first update; the caller owns its tensors. */
  init(parameters: NamedTensors): NamedTensors;
  /**
   * Transforms gradients.
   *
   * @param gradients - by parameter name; parameters may be left out
   * @param state - the state of all parameters
   * @param parameters - at least those that have a gradient
   */
  update(
    gradients: NamedTensors,
    state: NamedTensors,
    parameters: NamedTensors,
    context: UpdateContext,
  ): Transformed;
}

/**
 * Several transforms, one after the other, as one.
 *
 * @param name - the name of the whole chain
 * @param transforms - in order of application; their names must differ
 * @returns a transform whose state holds `<transform>/<state name>`
 * @throws {@link ConfigError} if two transforms share a name
 *
 * @example
 * const optimizer = chain('sgd', [clipByGlobalNorm(5), momentum(0.9), scaleByLearningRate()]);
 */
export function chain(name: string, transforms: readonly GradientTransform[]): GradientTransform {
  const names = transforms.map((transform) => transform.name);
  const repeated = names.find((other, i) => names.indexOf(other) !== i);
  if (repeated !== undefined) {
    throw new ConfigError(
      `chain "${name}": expected transforms of different names, got "${repeated}" twice`,
    );
  }
  return {
    name,
    init: (parameters) =>
      Object.assign(
        {},
        ...transforms.map((transform) => withPrefix(transform.name, transform.init(parameters))),
      ) as NamedTensors,
    update: (gradients, state, parameters, context) =>
      tf.tidy(() => {
        let updates = gradients;
        const after: Record<string, tf.Tensor> = {};
        for (const transform of transforms) {
          const before = withoutPrefix(transform.name, state);
          const result = transform.update(updates, before, parameters, context);
          updates = result.updates;
          Object.assign(after, withPrefix(transform.name, result.state));
        }
        return { updates: { ...updates }, state: after };
      }),
  };
}

/** A transform without state, made from a function of gradients and parameters. */
export function stateless(
  name: string,
  transform: (
    gradients: NamedTensors,
    parameters: NamedTensors,
    context: UpdateContext,
  ) => NamedTensors,
): GradientTransform {
  return {
    name,
    init: () => ({}),
    update: (gradients, _state, parameters, context) => ({
      updates: tf.tidy(() => ({ ...transform(gradients, parameters, context) })),
      state: {},
    }),
  };
}
