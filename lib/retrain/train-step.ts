/** The step that trains one network, as a pure function of (state, inputs). */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork, type TrainingInputs } from '../nn/apply.js';
import type { Network, VariableSpec } from '../nn/scope.js';
import { weightedMean } from '../ops/cross-entropy.js';
import { applyUpdates } from '../optimizer/apply-updates.js';
import { areFinite, gradientSquares } from '../optimizer/finite.js';
import { lossAndGradients } from '../optimizer/gradients.js';
import { movingAverage } from '../optimizer/moving-average.js';
import type { GradientTransform } from '../optimizer/transform.js';
import type { Step } from '../runtime/program.js';
import { meanOverReplicas } from '../runtime/replicas.js';
import { mapTensors, tensorOf, withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';
import type { LossSums, TrainingLoss } from './loss.js';

/** A network and how it is trained. */
export interface TrainProblem {
  readonly network: Network;
  /** The network's variables, as `declareNetwork` lists them. */
  readonly variables: readonly VariableSpec[];
  readonly optimizer: GradientTransform;
  readonly loss: TrainingLoss;
  /** Whether a step adds up the gradients of several micro-batches; false by default. */
  readonly accumulates?: boolean;
  /** Decay of the moving average of the parameters; absent: none is kept. */
  readonly averageDecay?: number | undefined;
}

/** The names of the trainable ones of some variables. */
export function trainableNames(variables: readonly VariableSpec[]): string[] {
  return variables.filter((spec) => spec.trainable).map(({ name }) => name);
}

/** The trainable ones of some variables. */
function trainable(problem: TrainProblem, variables: NamedTensors): NamedTensors {
  const names = trainableNames(problem.variables);
  return Object.fromEntries(names.map((name) => [name, tensorOf(variables, name, 'trainStep')]));
}

/** Sums over the micro-batches of a step so far, in the state. */
const ACCUMULATED = 'accumulated';

/** The sums before the first micro-batch, by their names in the state. */
function nothingAccumulated(parameters: NamedTensors): NamedTensors {
  const gradients = mapTensors(parameters, (parameter) => tf.zerosLike(parameter));
  return withPrefix(ACCUMULATED, {
    total: tf.scalar(0),
    weight: tf.scalar(0),
    ...withPrefix('gradients', gradients),
  });
}

/**
 * The state at the start of a training: `variables/<name>` and `optimizer/<…>`; with accumulation
 * also `accumulated/total`, `accumulated/weight` and `accumulated/gradients/<name>`; with an average
 * `averages/<name>`.
 *
 * @returns the variables themselves and new tensors; the caller disposes them
 */
export function trainState(problem: TrainProblem, variables: NamedTensors): NamedTensors {
  const parameters = trainable(problem, variables);
  return {
    ...withPrefix('variables', variables),
    ...withPrefix('optimizer', problem.optimizer.init(parameters)),
    ...(problem.accumulates === true && nothingAccumulated(parameters)),
    ...(problem.averageDecay !== undefined &&
      withPrefix(
        'averages',
        mapTensors(parameters, (parameter) => tf.clone(parameter)),
      )),
  };
}

/** What a batch adds to a step; where replicas compute it, the mean of what they add. */
interface BatchResult {
  /** loss = total / weight. */
  readonly total: tf.Scalar;
  readonly weight: tf.Scalar;
  /** ∂ total / ∂ p, by parameter. */
  readonly gradients: NamedTensors;
  /** The new moving statistics. */
  readonly statistics: NamedTensors;
}

/** A tensor that belongs to the caller's tidy, from one that was kept. */
function released(kept: tf.Tensor): tf.Tensor {
  const value = kept.clone();
  kept.dispose();
  return value;
}

/**
 * Gradients with what else appears during the forward pass and would be freed with its other tensors.
 *
 * @param scale - what is differentiated, from the two sums of the loss
 */
function differentiate(
  problem: TrainProblem,
  variables: NamedTensors,
  inputs: NamedTensors,
  scale: (sums: LossSums) => tf.Scalar,
): BatchResult {
  const { image, labels, progress, seed } = inputs;
  const training: TrainingInputs = {
    progress: progress as tf.Scalar,
    seed: seed as tf.Scalar,
  };
  const statistics: Record<string, tf.Tensor> = {};
  const sums: tf.Scalar[] = [];
  const { gradients } = lossAndGradients(
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
      sums.push(tf.keep(total.clone()), tf.keep(weight.clone()));
      return scale({ total, weight });
    },
    trainable(problem, variables),
  );
  const [total, weight] = sums.map((kept) => released(kept) as tf.Scalar);
  const means = meanOverReplicas({ total, weight });
  return { ...means, gradients, statistics: meanOverReplicas(mapTensors(statistics, released)) };
}

/** What the micro-batches of a step have added up to, this one included. */
function withAccumulated(state: NamedTensors, batch: BatchResult): BatchResult {
  const before = withoutPrefix(ACCUMULATED, state);
  const added = (name: string, value: tf.Tensor) =>
    tf.add(tensorOf(before, name, 'trainStep'), value);
  return {
    total: added('total', batch.total) as tf.Scalar,
    weight: added('weight', batch.weight) as tf.Scalar,
    gradients: mapTensors(batch.gradients, (value, name) => added(`gradients/${name}`, value)),
    statistics: batch.statistics,
  };
}

/**
 * A micro-batch that is not the last of its step: adds its sums to those in the state and moves the
 * statistics. Inputs as for {@link trainStep}; no outputs.
 */
export function accumulateStep(problem: TrainProblem): Step {
  return (state, inputs) => {
    const variables = withoutPrefix('variables', state);
    const batch = differentiate(problem, variables, inputs, ({ total }) => total);
    const { total, weight, gradients, statistics } = withAccumulated(state, batch);
    const sums = { total, weight, ...withPrefix('gradients', gradients) };
    return {
      outputs: {},
      state: { ...withPrefix('variables', statistics), ...withPrefix(ACCUMULATED, sums) },
    };
  };
}

/** Loss and gradients of a whole step, and the state that follows from its last batch. */
function finishStep(problem: TrainProblem, state: NamedTensors, inputs: NamedTensors) {
  const variables = withoutPrefix('variables', state);
  if (problem.accumulates !== true) {
    // The mean over the pixels of all replicas, not the mean of their means.
    const batch = differentiate(problem, variables, inputs, ({ total, weight }) =>
      weightedMean(total, meanOverReplicas({ weight }).weight),
    );
    return { ...batch, loss: weightedMean(batch.total, batch.weight), sums: {} };
  }
  const last = differentiate(problem, variables, inputs, ({ total }) => total);
  const { total, weight, gradients, statistics } = withAccumulated(state, last);
  return {
    loss: weightedMean(total, weight),
    gradients: mapTensors(gradients, (sum) => weightedMean(sum, weight)),
    statistics,
    sums: nothingAccumulated(trainable(problem, variables)),
  };
}

/**
 * One step of training: gradient, optimizer, moving statistics, moving average.
 *
 *     loss = Σ_b T_b / Σ_b W_b,  g = Σ_b ∂T_b / Σ_b W_b
 *
 * over the micro-batches b of the step, with T_b the sum of the pixels' losses and W_b of their
 * weights: the mean over all pixels that count, whatever is ignored where. Without accumulation there
 * is one. Batch norms see one micro-batch at a time, and their moving statistics move with each.
 *
 * Inputs: `image` `[batch, height, width, 3]`, `labels` int32 `[batch, height, width]`,
 * `learningRate`, `progress` (share of the training that is done, 0 to 1) and `seed` (an int32, the
 * source of this step's random numbers), all scalars. Outputs: `loss`, before the move;
 * `gradientSquares` `[parameters]`, of g; `isFinite`, a bool: a step whose loss, gradient or moving
 * statistics are not finite leaves the state as it is.
 */
export function trainStep(problem: TrainProblem): Step {
  return (state, inputs) => {
    const { loss, gradients, statistics, sums } = finishStep(problem, state, inputs);
    const before = trainable(problem, withoutPrefix('variables', state));
    const { updates, state: optimizerState } = problem.optimizer.update(
      gradients,
      withoutPrefix('optimizer', state),
      before,
      { learningRate: tensorOf(inputs, 'learningRate', 'trainStep') as tf.Scalar },
    );
    const after = applyUpdates(before, updates);
    const averages =
      problem.averageDecay === undefined
        ? {}
        : movingAverage(withoutPrefix('averages', state), after, problem.averageDecay);
    const squares = gradientSquares(gradients, Object.keys(before));
    const isFinite = areFinite([loss, squares, ...Object.values(statistics)]);
    return {
      outputs: { loss, gradientSquares: squares, isFinite },
      isValid: isFinite,
      state: {
        ...withPrefix('variables', after),
        ...withPrefix('averages', averages),
        ...withPrefix('variables', statistics),
        ...withPrefix('optimizer', optimizerState),
        ...sums,
      },
    };
  };
}
