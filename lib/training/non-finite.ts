/** Where the numbers of a training step stop being finite. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { applyNetwork } from '../nn/apply.js';
import { areFinite } from '../optimizer/finite.js';
import { compile } from '../runtime/compile.js';
import type { InputSpec } from '../runtime/program.js';
import { asReplicas } from '../runtime/replicas.js';
import { withoutPrefix, type NamedTensors } from '../tensors.js';
import type { TrainedProgram } from './run-work.js';

/** What a step computed besides the new state. */
export interface StepValues {
  readonly loss: number;
  /** Euclidean norm of the gradient. */
  readonly gradientNorm: number;
  /** Squared norms of the gradients of single parameters. */
  readonly gradientSquares: Float32Array;
  /** False: something is NaN or infinite, and the state was not changed. */
  readonly isFinite: boolean;
}

/** Reads the outputs of a step, and frees them. */
export async function readStepValues(outputs: NamedTensors): Promise<StepValues> {
  try {
    const [loss] = await outputs.loss.data();
    const gradientSquares = await outputs.gradientSquares.data<'float32'>();
    const [isFinite] = await outputs.isFinite.data();
    const gradientNorm = Math.sqrt(gradientSquares.reduce((sum, square) => sum + square, 0));
    return { loss, gradientNorm, gradientSquares, isFinite: Boolean(isFinite) };
  } finally {
    tf.dispose(outputs);
  }
}

/** What a forward pass reads. */
export interface ForwardInputs {
  readonly image: tf.Tensor;
  readonly progress?: tf.Tensor;
  readonly seed?: tf.Tensor;
}

/**
 * The first layer of a network whose result is not finite, in training.
 *
 * It runs the forward pass again with the program's weights, as a program of its own.
 *
 * @returns its name, or that of a moving statistic; undefined if all are finite, or if the forward pass
 *   does not fit into memory a second time
 */
export async function firstNonFiniteLayer(
  { network, variables, program, compileOptions, replicas }: TrainedProgram,
  inputs: ForwardInputs,
): Promise<string | undefined> {
  const state = program.state(variables.map(({ name }) => `variables/${name}`));
  const places: string[] = [];
  const step = (held: NamedTensors, { image, progress, seed }: NamedTensors) => {
    places.length = 0;
    const flags: tf.Scalar[] = [];
    const note = (name: string, value: tf.Tensor) => {
      places.push(name);
      flags.push(areFinite([value]));
    };
    const training = { progress, seed } as { progress?: tf.Scalar; seed?: tf.Scalar };
    note('the image', image);
    asReplicas(replicas, 'all', () => {
      applyNetwork(network, withoutPrefix('variables', held), image as tf.Tensor4D, training, note);
    });
    return { outputs: { flags: tf.stack(flags) } };
  };
  const given = Object.entries(inputs as unknown as NamedTensors);
  const specs = Object.fromEntries(
    given.map(([name, { shape, dtype }]) => [name, { shape, dtype } as InputSpec]),
  );
  try {
    const check = compile(state, { check: { step, inputs: specs } }, compileOptions);
    try {
      const { flags } = check.run('check', Object.fromEntries(given));
      const first = (await flags.data()).indexOf(0);
      flags.dispose();
      return places[first];
    } finally {
      check.dispose();
    }
  } catch (error) {
    if (error instanceof BackendError) {
      return undefined;
    }
    throw error;
  } finally {
    tf.dispose(state);
  }
}

/**
 * What is not finite in a step that changed nothing, and where it appears first: in the forward pass
 * from the image to the loss, else in the backward pass from the loss to the image.
 *
 * @param parameters - whose gradients the step computed, in the order of the network
 */
export async function describeNonFinite(
  trained: TrainedProgram,
  inputs: ForwardInputs,
  { loss, gradientSquares }: StepValues,
  parameters: readonly string[],
): Promise<string> {
  const layer = await firstNonFiniteLayer(trained, inputs);
  if (layer !== undefined) {
    return `a loss of ${loss}; the first layer whose numbers are not finite is ${layer}`;
  }
  const last = gradientSquares.findLastIndex((square) => !Number.isFinite(square));
  return last < 0 || !Number.isFinite(loss)
    ? `a loss of ${loss}`
    : `a gradient of ${gradientSquares[last]} in ${parameters[last]}, where it appears first`;
}
