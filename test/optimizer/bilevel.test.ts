import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import {
  architectureStep,
  bilevelState,
  unrolledArchitectureStep,
  weightStep,
  type BilevelProblem,
} from '../../lib/optimizer/bilevel.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import { Random } from '../../lib/random.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';

const plain = () => sgd({ momentum: 0 });

/** L_A = ½ w² a + w, L_B = ½ (w − a)²; `side` says which. */
const quadratic = (changes: Partial<BilevelProblem> = {}): BilevelProblem => ({
  loss: ({ w, a }, { side }) => {
    const lossA = tf.add(tf.mul(tf.mul(tf.square(w), a), 0.5), w);
    const lossB = tf.mul(tf.square(tf.sub(w, a)), 0.5);
    return tf.add<tf.Scalar>(tf.mul(lossA, tf.sub(1, side)), tf.mul(lossB, side));
  },
  isArchitecture: (name) => name === 'a',
  weightOptimizer: sgd({ momentum: 0.9, weightDecay: 0.1 }),
  architectureOptimizer: plain(),
  ...changes,
});

const A = () => tf.scalar(0);
const B = () => tf.scalar(1);
/** Numbers from −1 to 1. */
function values(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.uniform(-1, 1));
}

const number = (tensors: NamedTensors, name: string) => tensors[name].dataSync()[0];

/** w = 2, a = 0.5, velocity of w = 1. */
function quadraticState(problem: BilevelProblem): NamedTensors {
  const state = bilevelState(problem, { w: tf.scalar(2), a: tf.scalar(0.5) });
  return { ...state, 'optimizer/weights/momentum/w': tf.scalar(1) };
}

describe.each(backends)('the bilevel steps on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('move the weights as computed by hand', () => {
    const problem = quadratic();
    const { outputs, state } = weightStep(problem)(quadraticState(problem), {
      side: A(),
      learningRate: tf.scalar(0.1),
    });
    // ½·4·0.5 + 2 = 3; gradient w·a + 1 = 2, decay 0.1·2; velocity 0.9 + 2.2 = 3.1; w = 2 − 0.31.
    expect(number(outputs, 'loss')).toBeCloseTo(3, 5);
    expect(number(state!, 'variables/w')).toBeCloseTo(1.69, 5);
    expect(number(state!, 'optimizer/weights/momentum/w')).toBeCloseTo(3.1, 5);
    expect(Object.keys(state!).filter((name) => name.endsWith('/a'))).toEqual([]);
  });

  it('move the architecture at the present weights in first order', () => {
    const problem = quadratic();
    const { outputs, state } = architectureStep(problem)(quadraticState(problem), {
      side: B(),
      architectureLearningRate: tf.scalar(0.5),
    });
    // ½·1.5² = 1.125; gradient −(2 − 0.5) = −1.5; a = 0.5 + 0.75.
    expect(number(outputs, 'loss')).toBeCloseTo(1.125, 5);
    expect(number(state!, 'variables/a')).toBeCloseTo(1.25, 5);
    expect(state).not.toHaveProperty('variables/w');
  });

  it.each([
    ['first', architectureStep],
    ['second', unrolledArchitectureStep],
  ])('add the gradient of the penalty in %s order, and leave the loss as it is', (_, make) => {
    const move = (problem: BilevelProblem) =>
      make(problem)(quadraticState(problem), {
        side: B(),
        'train/side': A(),
        learningRate: tf.scalar(0.1),
        architectureLearningRate: tf.scalar(0.5),
      });
    const plainly = move(quadratic());
    // 3 a² at a = 0.5: its gradient is 3, which moves a by −1.5.
    const architecturePenalty = ({ a }: NamedTensors) => tf.mul<tf.Scalar>(tf.square(a), 3);
    const penalised = move(quadratic({ architecturePenalty }));
    expect(number(penalised.state!, 'variables/a')).toBeCloseTo(
      number(plainly.state!, 'variables/a') - 1.5,
      5,
    );
    expect(number(penalised.outputs, 'loss')).toBe(number(plainly.outputs, 'loss'));
  });

  it('move the architecture as DARTS unrolls it in second order', () => {
    const problem: BilevelProblem = quadratic();
    const { outputs, state } = unrolledArchitectureStep(problem)(quadraticState(problem), {
      side: B(),
      'train/side': A(),
      learningRate: tf.scalar(0.1),
      architectureLearningRate: tf.scalar(0.5),
    });
    // w' = 1.69 as above. ∇_a L_B = −1.19, ∇_w' L_B = 1.19. ∇_a L_A = ½ w², so its slope along
    // 1.19 is 2·1.19 = 2.38. Gradient −1.19 − 0.1·2.38 = −1.428; a = 0.5 + 0.714.
    expect(number(outputs, 'loss')).toBeCloseTo(0.5 * 1.19 ** 2, 5);
    expect(number(state!, 'variables/a')).toBeCloseTo(1.214, 3);
    expect(Object.keys(state!).some((name) => name.includes('weights'))).toBe(false);
    expect(state).not.toHaveProperty('variables/w');
  });

  it('clip the gradients if asked to', () => {
    const problem = quadratic({ weightOptimizer: sgd({ momentum: 0, clipNorm: 1 }) });
    const { state } = weightStep(problem)(quadraticState(problem), {
      side: A(),
      learningRate: tf.scalar(0.1),
    });
    expect(number(state!, 'variables/w')).toBeCloseTo(1.9, 4); // gradient 2, clipped to 1
  });

  it('agree in second order with the loss one step ahead, seen by finite differences', () => {
    // L_A and L_B of a small smooth network: mean of (tanh(x w) · softmax(a) − y)².
    const x = (seed: number) => tf.tensor2d(values(seed, 12), [4, 3]);
    const problem = quadratic({
      loss: ({ w, a }, { side }) => {
        const fit = (seed: number) => {
          const hidden = tf.tanh(tf.matMul(x(seed), w as tf.Tensor2D)); // [4, 2]
          const mixed = tf.sum(tf.mul(hidden, tf.softmax(a as tf.Tensor1D)), 1);
          return tf.mean<tf.Scalar>(tf.square(tf.sub(mixed, tf.tensor1d(values(seed + 9, 4)))));
        };
        const both = [tf.mul(fit(1), tf.sub(1, side)), tf.mul(fit(2), side)];
        return tf.addN<tf.Scalar>(both as tf.Scalar[]);
      },
      weightOptimizer: sgd({ momentum: 0.9, weightDecay: 0.01 }),
    });
    const rates = { learningRate: tf.scalar(2), architectureLearningRate: tf.scalar(1) };
    const stateWith = (a: number[]) =>
      bilevelState(problem, { w: tf.tensor2d(values(3, 6), [3, 2]), a: tf.tensor1d(a) });
    const start = [0.3, -0.4];
    const inputs = { ...rates, side: B(), 'train/side': A() };
    const step = (make: typeof weightStep) =>
      make(problem)(stateWith(start), inputs).state!['variables/a'].dataSync();
    const gradient = Array.from<number, number>(
      step(unrolledArchitectureStep),
      (value, i) => start[i] - value,
    );
    const firstOrder = Array.from<number, number>(
      step(architectureStep),
      (value, i) => start[i] - value,
    );
    const lossAt = (element: number, shift: number) => {
      const state = stateWith(start.map((value, i) => value + (i === element ? shift : 0)));
      const moved = weightStep(problem)(state, { ...rates, side: A() }).state;
      return number(architectureStep(problem)({ ...state, ...moved }, inputs).outputs, 'loss');
    };
    for (const element of [0, 1]) {
      const slope = (lossAt(element, 0.02) - lossAt(element, -0.02)) / 0.04;
      expect(gradient[element]).toBeCloseTo(slope, 3);
      expect(Math.abs(firstOrder[element] - slope)).toBeGreaterThan(0.005);
    }
  });

  it('refuse a problem in which one side has nothing to train', () => {
    const problem = quadratic({ isArchitecture: () => false });
    expect(() => bilevelState(problem, { w: tf.scalar(1) })).toThrow(ConfigError);
    expect(() => bilevelState(problem, { w: tf.scalar(1) })).toThrow(
      'bilevelState: expected weights and architecture variables, got 1 and 0',
    );
    expect(() => bilevelState(quadratic(), { a: tf.scalar(1) })).toThrow('got 0 and 1');
  });

  it.each([
    ['first', architectureStep],
    ['second', unrolledArchitectureStep],
  ])('keep the velocity of the architecture in %s order', (_order, step) => {
    const problem = quadratic({
      loss: ({ w, a }) => tf.add<tf.Scalar>(tf.mul(a, 3), tf.mul(w, 0)),
      architectureOptimizer: sgd({ momentum: 0.5 }),
    });
    const begun = bilevelState(problem, { w: tf.scalar(2), a: tf.scalar(10) });
    expect(number(begun, 'optimizer/architecture/momentum/a')).toBe(0);
    const { state } = step(problem)(
      { ...begun, 'optimizer/architecture/momentum/a': tf.scalar(2) },
      { learningRate: tf.scalar(0.1), architectureLearningRate: tf.scalar(0.5) },
    );
    // The gradient is 3 everywhere: velocity 0.5 · 2 + 3 = 4, a = 10 − 0.5 · 4.
    expect(number(state!, 'optimizer/architecture/momentum/a')).toBe(4);
    expect(number(state!, 'variables/a')).toBe(8);
  });

  it('say which learning rate is missing', () => {
    const problem = quadratic();
    const run = (step: typeof weightStep, rates: NamedTensors) => () =>
      step(problem)(quadraticState(problem), { side: B(), 'train/side': A(), ...rates });
    const missing = (where: string, name: string) =>
      `${where}: expected a tensor called "${name}", got none`;
    expect(run(weightStep, {})).toThrow(missing('weightStep', 'learningRate'));
    expect(run(architectureStep, {})).toThrow(
      missing('architectureStep', 'architectureLearningRate'),
    );
    expect(run(unrolledArchitectureStep, {})).toThrow(
      missing('unrolledArchitectureStep', 'learningRate'),
    );
    expect(run(unrolledArchitectureStep, { learningRate: tf.scalar(1) })).toThrow(
      missing('unrolledArchitectureStep', 'architectureLearningRate'),
    );
  });
});
