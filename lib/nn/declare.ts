/** Lists and initialises the variables of a network. */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import type { Random } from '../random.js';
import { trace } from '../runtime/trace.js';
import type { TraceGraph } from '../runtime/trace-graph.js';
import { elementsOf, type NamedTensors } from '../tensors.js';
import { Scope, type Network, type VariableSpec } from './scope.js';

/** A network's variables, output size and kernels, found on shapes alone. */
export interface Declaration {
  /** In the order of first use, each name once. */
  readonly variables: readonly VariableSpec[];
  readonly outputShape: readonly number[];
  /** The kernels of one forward pass at inference. */
  readonly graph: TraceGraph;
}

/**
 * Runs a network on shapes alone and lists what it asks for.
 *
 * @param inputShape - `[batch, height, width, channels]`
 * @throws {@link ConfigError} if one name is asked for with two shapes
 */
export function declareNetwork(network: Network, inputShape: readonly number[]): Declaration {
  const variables = new Map<string, { spec: VariableSpec; tensor: tf.Tensor }>();
  const { graph, result } = trace(
    (placeholders) => {
      const scope = new Scope({
        training: false,
        progress: undefined,
        seed: () => undefined,
        update: () => undefined,
        variable: (spec) => {
          const known = variables.get(spec.name);
          if (known && String(known.spec.shape) !== String(spec.shape)) {
            throw new ConfigError(
              `${spec.name}: expected one shape, got [${known.spec.shape.join(', ')}] and ` +
                `[${spec.shape.join(', ')}]; give the second variable another name`,
            );
          }
          const tensor = known?.tensor ?? placeholders.state(spec.name, spec.shape);
          variables.set(spec.name, known ?? { spec, tensor });
          return tensor;
        },
      });
      return network(scope, placeholders.input('image', inputShape) as tf.Tensor4D);
    },
    (output) => output.shape,
  );
  return { variables: [...variables.values()].map(({ spec }) => spec), outputShape: result, graph };
}

/**
 * The first values of variables; each depends on the seed and its own name only.
 *
 * @returns tensors by name; the caller disposes them
 */
export function initializeVariables(specs: readonly VariableSpec[], random: Random): NamedTensors {
  return Object.fromEntries(
    specs.map(({ name, shape, initializer }) => [
      name,
      tf.tensor(initializer(shape, random.fork(name)), [...shape]),
    ]),
  );
}

/** Throws unless `variables` holds every variable of `specs` in the right shape. */
export function checkVariables(specs: readonly VariableSpec[], variables: NamedTensors): void {
  for (const { name, shape } of specs) {
    const tensor = variables[name] as tf.Tensor | undefined;
    if (String(tensor?.shape) !== String(shape)) {
      throw new ConfigError(
        `${name}: expected a variable [${shape.join(', ')}], got ` +
          (tensor ? `[${tensor.shape.join(', ')}]` : 'none') +
          '; the checkpoint belongs to another network',
      );
    }
  }
}

/** The number of trained parameters of a network. */
export function countParameters(specs: readonly VariableSpec[]): number {
  return specs
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}
