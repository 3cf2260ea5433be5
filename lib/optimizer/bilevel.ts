/**
 * The two alternating steps of the search, as pure functions of (state, inputs).
 *
 *     w ← w − ξ ∇_w L_A(w, α)         the weights, on half A of the training set
 *     α ← α − η ∇_α L_B(w, α)         the architecture (α and β), on half B
 *
 * State: `variables/<name>`, `optimizer/weights/<…>`, `optimizer/architecture/<…>`. What changes
 * from step to step is an input, so that a step can be traced into one graph.
 *
 * Source: Auto-DeepLab §4.2, §5.1; DARTS for both orders of approximation.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import type { Step, StepResult } from '../runtime/program.js';
import { mapTensors, tensorOf, withPrefix, withoutPrefix, type NamedTensors } from '../tensors.js';
import { applyUpdates } from './apply-updates.js';
import { globalNorm } from './clip.js';
import { areFinite, gradientSquares } from './finite.js';
import { lossAndGradients } from './gradients.js';
import type { GradientTransform } from './transform.js';

/** A search problem: one loss, two sets of variables, one optimizer per set. */
export interface BilevelProblem {
  /**
   * The loss of all variables on one batch; pure. `batch` holds the inputs of the step, for a
   * network `image` and `labels`.
   */
  readonly loss: (variables: NamedTensors, batch: NamedTensors) => tf.Scalar;
  /**
   * What is added to L_B for α and β, a function of these alone such as λ times the cost of the architectures;
   * absent: nothing. The losses that steps give are without it.
   */
  readonly architecturePenalty?: (architecture: NamedTensors) => tf.Scalar;
  /** True for α and β, false for the weights w. */
  readonly isArchitecture: (name: string) => boolean;
  /** Trains w; the paper: SGD, momentum 0.9, weight decay 3e-4. */
  readonly weightOptimizer: GradientTransform;
  /** Trains α and β; the paper: Adam, weight decay 1e-3. */
  readonly architectureOptimizer: GradientTransform;
}

/** Prefix of the second batch's inputs in {@link unrolledArchitectureStep}. */
export const TRAIN_BATCH = 'train';

/** Who moves: w or α and β. Also the name of its optimizer's part of the state. */
type Player = 'weights' | 'architecture';

/** DARTS's r: how far w moves in the finite difference, in units of 1/‖∇_{w'} L‖. */
const FINITE_DIFFERENCE = 0.01;

/** Keeps ε finite where the gradient vanishes; the difference is 0 then. */
const SMALLEST_NORM = 1e-12;

function variablesOf(state: NamedTensors): NamedTensors {
  return withoutPrefix('variables', state);
}

/** The variables of one player. */
function own(problem: BilevelProblem, variables: NamedTensors, player: Player): NamedTensors {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => problem.isArchitecture(name) === (player === 'architecture'),
    ),
  );
}

/** Loss and gradients in the variables of one player, the others held fixed. */
function differentiate(
  problem: BilevelProblem,
  variables: NamedTensors,
  batch: NamedTensors,
  player: Player,
) {
  return lossAndGradients(
    (free) => problem.loss({ ...variables, ...free }, batch),
    own(problem, variables, player),
  );
}

/** Gradients of a loss in α and β, and with them those of the penalty. */
function withPenalty(
  problem: BilevelProblem,
  variables: NamedTensors,
  gradients: NamedTensors,
): NamedTensors {
  const { architecturePenalty } = problem;
  if (architecturePenalty === undefined) {
    return gradients;
  }
  const architecture = own(problem, variables, 'architecture');
  const { gradients: added } = lossAndGradients(architecturePenalty, architecture);
  const both = mapTensors(gradients, (gradient, name) =>
    Object.hasOwn(added, name) ? tf.add(gradient, added[name]) : gradient,
  );
  return { ...added, ...both };
}

/** A player's move. */
interface Update {
  /** Its variables and its optimizer's state after the move. */
  readonly after: NamedTensors;
  readonly optimizerState: NamedTensors;
  /** Of the gradients that it follows. */
  readonly squares: tf.Tensor1D;
}

/** A player's variables and optimizer state after one update. */
function update(
  problem: BilevelProblem,
  state: NamedTensors,
  gradients: NamedTensors,
  player: Player,
  learningRate: tf.Tensor,
): Update {
  const optimizer = player === 'weights' ? problem.weightOptimizer : problem.architectureOptimizer;
  const before = own(problem, variablesOf(state), player);
  const { updates, state: optimizerState } = optimizer.update(
    gradients,
    withoutPrefix(`optimizer/${player}`, state),
    before,
    { learningRate: learningRate as tf.Scalar },
  );
  const squares = gradientSquares(gradients, Object.keys(before));
  return { after: applyUpdates(before, updates), optimizerState, squares };
}

/** The result of a step that updated one player; it moves nothing unless it is finite. */
function updated(
  loss: tf.Scalar,
  player: Player,
  { after, optimizerState, squares }: Update,
): StepResult {
  const isFinite = areFinite([loss, squares]);
  return {
    outputs: { loss, gradientSquares: squares, isFinite },
    isValid: isFinite,
    state: {
      ...withPrefix('variables', after),
      ...withPrefix(`optimizer/${player}`, optimizerState),
    },
  };
}

/**
 * The state at the start of a search.
 *
 * @param variables - first values of w, α and β, by name
 * @returns the variables themselves and new optimizer state; the caller disposes both
 * @throws {@link ConfigError} if there are no weights or no architecture variables
 */
export function bilevelState(problem: BilevelProblem, variables: NamedTensors): NamedTensors {
  const weights = own(problem, variables, 'weights');
  const architecture = own(problem, variables, 'architecture');
  if (Object.keys(weights).length === 0 || Object.keys(architecture).length === 0) {
    throw new ConfigError(
      'bilevelState: expected weights and architecture variables, got ' +
        `${Object.keys(weights).length} and ${Object.keys(architecture).length}`,
    );
  }
  return {
    ...withPrefix('variables', variables),
    ...withPrefix('optimizer/weights', problem.weightOptimizer.init(weights)),
    ...withPrefix('optimizer/architecture', problem.architectureOptimizer.init(architecture)),
  };
}

/**
 * Updates the weights: w ← w − ξ ∇_w L_A(w, α).
 *
 * Inputs: the batch, and `learningRate` ξ, a scalar. Outputs: `loss`, before the update;
 * `gradientSquares` `[weights]`; `isFinite`, a bool: a step whose loss or gradient is not finite leaves
 * the state as it is.
 */
export function weightStep(problem: BilevelProblem): Step {
  return (state, inputs) => {
    const { loss, gradients } = differentiate(problem, variablesOf(state), inputs, 'weights');
    const rate = tensorOf(inputs, 'learningRate', 'weightStep');
    return updated(loss, 'weights', update(problem, state, gradients, 'weights', rate));
  };
}

/**
 * Updates the architecture, first order: α ← α − η ∇_α L_B(w, α), the weights held fixed.
 *
 * Inputs: the batch, and `architectureLearningRate` η, a scalar. Outputs as in
 * {@link weightStep}, `gradientSquares` `[α and β]`.
 *
 * Source: Auto-DeepLab §4.2 ("the first-order approximation").
 */
export function architectureStep(problem: BilevelProblem): Step {
  return (state, inputs) => {
    const variables = variablesOf(state);
    const { loss, gradients } = differentiate(problem, variables, inputs, 'architecture');
    const all = withPenalty(problem, variables, gradients);
    const rate = tensorOf(inputs, 'architectureLearningRate', 'architectureStep');
    return updated(loss, 'architecture', update(problem, state, all, 'architecture', rate));
  };
}

/**
 * Updates the architecture, second order: at the weights as they would be one step later.
 *
 *     w' = w after one step of the weight optimizer on ∇_w L_A(w, α)
 *     g  = ∇_α L_B(w', α) − ξ · (∇_α L_A(w⁺, α) − ∇_α L_A(w⁻, α)) / (2ε)
 *     w± = w ± ε ∇_{w'} L_B(w', α), ε = 0.01 / ‖∇_{w'} L_B(w', α)‖
 *
 * The second term is a Hessian-vector product by finite differences. w itself stays as it is.
 *
 * Inputs: batch B, batch A under names with the prefix `train/` (`train/image`, `train/labels`),
 * `learningRate` ξ and `architectureLearningRate` η. Outputs: `loss` = L_B(w', α) and
 * `gradientSquares` `[α and β]`, of g.
 *
 * Source: DARTS eq. 6 to 8 and its `architect.py`. Deviation: if gradients of the weights are
 * clipped, they are clipped in w' too, since w' is what the weight step would produce.
 */
export function unrolledArchitectureStep(problem: BilevelProblem): Step {
  return (state, inputs) => {
    const variables = variablesOf(state);
    const trainBatch = withoutPrefix(TRAIN_BATCH, inputs);
    const rate = tensorOf(inputs, 'learningRate', 'unrolledArchitectureStep');
    const inner = differentiate(problem, variables, trainBatch, 'weights');
    const { after: ahead } = update(problem, state, inner.gradients, 'weights', rate);

    const unrolled = lossAndGradients((free) => problem.loss(free, inputs), {
      ...variables,
      ...ahead,
    });
    const direction = own(problem, unrolled.gradients, 'weights');
    const epsilon = tf.div(
      tf.scalar(FINITE_DIFFERENCE),
      tf.maximum(globalNorm(direction), tf.scalar(SMALLEST_NORM)),
    );
    const shifted = (sign: 1 | -1) => {
      const distance = tf.mul(epsilon, tf.scalar(sign));
      const step = mapTensors(direction, (vector) => tf.mul(vector, distance));
      const weights = applyUpdates(own(problem, variables, 'weights'), step);
      return differentiate(problem, { ...variables, ...weights }, trainBatch, 'architecture');
    };
    const plus = shifted(1).gradients;
    const minus = shifted(-1).gradients;
    const scale = tf.div(rate, tf.mul(epsilon, tf.scalar(2)));
    const gradients = mapTensors(
      own(problem, unrolled.gradients, 'architecture'),
      (gradient, name) => tf.sub(gradient, tf.mul(tf.sub(plus[name], minus[name]), scale)),
    );
    const all = withPenalty(problem, variables, gradients);
    const outer = tensorOf(inputs, 'architectureLearningRate', 'unrolledArchitectureStep');
    return updated(
      unrolled.loss,
      'architecture',
      update(problem, state, all, 'architecture', outer),
    );
  };
}
