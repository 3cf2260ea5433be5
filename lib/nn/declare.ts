/** Lists and initialises the variables of a network. */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import type { Random } from '../random.js';
import { trace, type Placeholders } from '../runtime/trace.js';
import { neededNodes, type TraceGraph } from '../runtime/trace-graph.js';
import { elementsOf, type NamedTensors } from '../tensors.js';
import { Scope, type Network, type VariableSpec } from './scope.js';

/** A network's variables, output size and kernels, found on shapes alone. */
export interface Declaration {
  /** In the order of first use, each name once. */
  readonly variables: readonly VariableSpec[];
  readonly outputShape: readonly number[];
  /** The kernels that the output needs, of one forward pass. */
  readonly graph: TraceGraph;
}

/** The scope of a network that runs on shapes: it collects the variables that are asked for. */
function declaringScope(
  { state, input }: Placeholders,
  variables: Map<string, { readonly spec: VariableSpec; readonly tensor: tf.Tensor }>,
  isTraining: boolean,
): Scope {
  return new Scope({
    training: isTraining,
    progress: isTraining ? (input('progress', []) as tf.Scalar) : undefined,
    seed: (name) => (isTraining ? (input(`seed/${name}`, [2], 'int32') as tf.Tensor1D) : undefined),
    update: () => undefined,
    variable: (spec) => {
      const known = variables.get(spec.name);
      if (known && String(known.spec.shape) !== String(spec.shape)) {
        throw new ConfigError(
          `${spec.name}: expected one shape, got [${known.spec.shape.join(', ')}] and ` +
            `[${spec.shape.join(', ')}]; give the second variable another name`,
        );
      }
      const tensor = known?.tensor ?? state(spec.name, spec.shape);
      variables.set(spec.name, known ?? { spec, tensor });
      return tensor;
    },
  });
}

/**
 * Runs a network on shapes alone and lists what it asks for.
 *
 * @param inputShape - `[batch, height, width, channels]`
 * @param mode - *training*: as a training step runs it, so that what could not be trained on this
 *   shape is refused now
 * @throws {@link ConfigError} if one name is asked for with two shapes
 * @throws {@link ShapeError} in training, if a batch norm would see one value per channel
 */
export function declareNetwork(
  network: Network,
  inputShape: readonly number[],
  mode: 'inference' | 'training' = 'inference',
): Declaration {
  return declarePart((scope, [image]) => network(scope, image), [inputShape], mode);
}

/** A part of a network: a feature map from some others. */
export type NetworkPart = (scope: Scope, inputs: readonly tf.Tensor4D[]) => tf.Tensor4D;

/**
 * The same of a part of a network, whose inputs are called `image`, `input1`, `input2`, ….
 *
 * @param inputShapes - of its inputs, `[batch, height, width, channels]` each
 */
export function declarePart(
  part: NetworkPart,
  inputShapes: readonly (readonly number[])[],
  mode: 'inference' | 'training' = 'inference',
): Declaration {
  const variables = new Map<string, { spec: VariableSpec; tensor: tf.Tensor }>();
  const { result } = trace(
    (placeholders) => {
      const scope = declaringScope(placeholders, variables, mode === 'training');
      const inputs = inputShapes.map(
        (shape, i) => placeholders.input(i === 0 ? 'image' : `input${i}`, shape) as tf.Tensor4D,
      );
      return part(scope, inputs);
    },
    (output, valueOf) => ({ shape: output.shape, nodes: neededNodes([valueOf(output)]) }),
  );
  return {
    variables: [...variables.values()].map(({ spec }) => spec),
    outputShape: result.shape,
    graph: { nodes: result.nodes },
  };
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
