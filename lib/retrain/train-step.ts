/** The step that trains one network, as a pure function of (state, inputs). */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork, type TrainingInputs } from '../nn/apply.js';
import type { Network, VariableSpec } from '../nn/scope.js';
import { weightedMean } from '../ops/cross-entropy.js';
import { applyUpdates } from '../optimizer/apply-updates.js';
import { lossAndGradients } from '../optimizer/gradients.js';
import type { GradientTransform } from '../optimizer/transform.js';
import type { Step } from '../runtime/program.js';
import { tensorOf, withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';
import type { TrainingLoss } from './loss.js';

/** A network and how it is trained. */
export interface TrainProblem {
  readonly network: Network;
  /** The network's variables, as `declareNetwork` lists them. */
  readonly variables: readonly VariableSpec[];
  readonly optimizer: GradientTransform;
  readonly loss: TrainingLoss;
}

/** The trainable ones of some variables. */
function trainable(problem: TrainProblem, variables: NamedTensors): NamedTensors {
  const names = problem.variables.filter((spec) => spec.trainable).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, tensorOf(variables, name, 'trainStep')]));
}

/**
 * The state at the start of a training: `variables/<name>` and `optimizer/<…>`.
 *
 * @returns the variables themselves and new optimizer state; the caller disposes both
 */
export function trainState(problem: TrainProblem, variables: NamedTensors): NamedTensors {
  return {
    ...withPrefix('variables', variables),
    ...withPrefix('optimizer', problem.optimizer.init(trainable(problem, variables))),
  };
}

/**
 * Loss and gradients with the new moving statistics, which appear during the forward pass and would
 * be freed with its other tensors.
 */
function differentiate(problem: TrainProblem, variables: NamedTensors, inputs: NamedTensors) {
  const { image, labels, progress, seed } = inputs;
  const training: TrainingInputs = {
    progress: progress as tf.Scalar,
    seed: seed as tf.Scalar,
  };
  const statistics: Record<string, tf.Tensor> = {};
  const result = lossAndGradients(
    (free) => {
      const all = { ...variables, ...free };
      const { output, updates } = applyNetwork(
        problem.network,
        all,
        image as tf.Tensor4D,
        training,
      );
      for (const [name, value] of Object.entries(updates)) {
        statistics[name] = tf.keep(value);
      }
      const { total, weight } = problem.loss(output, labels as tf.Tensor3D, inputs);
      return weightedMean(total, weight);
    },
    trainable(problem, variables),
  );
  const moved = Object.entries(statistics).map(([name, kept]) => {
    const value = kept.clone(); // belongs to the caller's tidy, unlike the one that was kept
    kept.dispose();
    return [name, value] as const;
  });
  return { ...result, statistics: Object.fromEntries(moved) };
}

/**
 * One step of training: gradient, optimizer, moving statistics.
 *
 * Inputs: `image` `[batch, height, width, 3]`, `labels` int32 `[batch, height, width]`,
 * `learningRate`, `progress` (share of the training that is done, 0 to 1) and `seed` (an int32, the
 * source of this step's random numbers), all scalars. Outputs: `loss`, before the move.
 */
export function trainStep(problem: TrainProblem): Step {
  return (state, inputs) => {
    const variables = withoutPrefix('variables', state);
    const { loss, gradients, statistics } = differentiate(problem, variables, inputs);
    const before = trainable(problem, variables);
    const { updates, state: optimizerState } = problem.optimizer.update(
      gradients,
      withoutPrefix('optimizer', state),
      before,
      { learningRate: tensorOf(inputs, 'learningRate', 'trainStep') as tf.Scalar },
    );
    return {
      outputs: { loss },
      state: {
        ...withPrefix('variables', applyUpdates(before, updates)),
        ...withPrefix('variables', statistics),
        ...withPrefix('optimizer', optimizerState),
      },
    };
  };
}
