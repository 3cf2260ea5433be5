/** Runs a network with given variables, as a pure function. */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../random.js';
import { tensorOf, type NamedTensors } from '../tensors.js';
import { Scope, type Network } from './scope.js';

/** Inputs of a training step besides image and variables; all tensors, so that they can change. */
export interface TrainingInputs {
  /** Share of the training that is done, from 0 to 1. */
  readonly progress?: tf.Scalar | undefined;
  /** int32 scalar from which this step's random numbers come; absent: dropout and drop path off. */
  readonly seed?: tf.Scalar | undefined;
}

/** What a network returns. */
export interface NetworkResult {
  readonly output: tf.Tensor4D;
  /** New values of moving statistics by full name; empty at inference. */
  readonly updates: NamedTensors;
}

/** An int32 per place in the network, so that each place has random numbers of its own. */
function placeNumber(name: string): number {
  return new Random(0).fork(name).seed | 0;
}

/**
 * Runs a network.
 *
 * @param variables - every variable that the network asks for, by name
 * @param image - `[batch, height, width, 3]`, in [−1, 1]
 * @param training - inputs of a training step; absent: inference
 * @param observe - is shown what each layer and each update of a statistic computes, in order
 * @returns output and updates; the caller disposes them
 * @throws {@link ConfigError} if a variable is missing
 */
export function applyNetwork(
  network: Network,
  variables: NamedTensors,
  image: tf.Tensor4D,
  training?: TrainingInputs,
  observe?: (name: string, value: tf.Tensor) => void,
): NetworkResult {
  const updates: Record<string, tf.Tensor> = {};
  const scope = new Scope({
    training: training !== undefined,
    progress: training?.progress,
    seed: (name) =>
      training?.seed &&
      (tf.stack<tf.Scalar>([training.seed, tf.scalar(placeNumber(name), 'int32')]) as tf.Tensor1D),
    update: (name, value) => {
      updates[name] = value;
      observe?.(name, value);
    },
    variable: ({ name }) => tensorOf(variables, name, 'applyNetwork'),
    ...(observe && { observe }),
  });
  const output = network(scope, image);
  return { output, updates };
}
