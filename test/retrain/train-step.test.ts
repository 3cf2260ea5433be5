import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareNetwork } from '../../lib/nn/declare.js';
import { constant } from '../../lib/nn/initializers.js';
import { batchNorm } from '../../lib/nn/batch-norm.js';
import { dropout } from '../../lib/nn/layers.js';
import type { Network } from '../../lib/nn/scope.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import { compile } from '../../lib/runtime/compile.js';
import type { InputSpec } from '../../lib/runtime/program.js';
import { trainingLoss } from '../../lib/retrain/loss.js';
import { trainState, trainStep, type TrainProblem } from '../../lib/retrain/train-step.js';
import { backends, useBackend } from '../helpers/backends.js';
import type { NamedTensors } from '../../lib/tensors.js';

/** Scores of two classes: 0 and the image's first channel, normalised, plus a bias. */
const network: Network = (scope, image) => {
  const x = tf.slice<tf.Rank.R4, tf.Tensor4D>(image, [0, 0, 0, 0], [-1, -1, -1, 1]);
  const y = batchNorm(scope.child('bn'), x, { epsilon: 0, momentum: 0.9 });
  const bias = scope.variable('bias', [1], constant(0), { learningRateScale: 2 });
  const score = tf.add<tf.Tensor4D>(y, bias);
  return tf.concat([tf.zerosLike(score), score], 3);
};

function problem(weightDecay = 0): TrainProblem {
  const { variables } = declareNetwork(network, [1, 1, 4, 3]);
  const scale = new Map(variables.map((spec) => [spec.name, spec.learningRateScale]));
  return {
    network,
    variables,
    loss: trainingLoss(),
    optimizer: sgd({ momentum: 0, weightDecay, multiplier: (name) => scale.get(name) ?? 1 }),
  };
}

const variablesOf = (): Record<string, tf.Tensor> => ({
  'bn/gamma': tf.tensor1d([1]),
  'bn/beta': tf.tensor1d([0]),
  'bn/moving_mean': tf.tensor1d([10]),
  'bn/moving_variance': tf.tensor1d([1]),
  bias: tf.tensor1d([0]),
});

const state = (from: TrainProblem): Record<string, tf.Tensor> => trainState(from, variablesOf());

/** Values 1, 3, 1, 3: mean 2, variance 1; normalised −1, 1, −1, 1. */
const inputs = (): NamedTensors => ({
  image: tf.tensor4d(
    [1, 3, 1, 3].flatMap((value) => [value, 0, 0]),
    [1, 1, 4, 3],
  ),
  labels: tf.tensor3d([0, 1, 1, 255], [1, 1, 4], 'int32'),
  learningRate: tf.scalar(0.1),
  progress: tf.scalar(0),
  seed: tf.scalar(1, 'int32'),
});

describe.each(backends)('trainStep on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('moves parameters by the gradient and statistics by the batch, as computed by hand', () => {
    tf.tidy(() => {
      const from = problem();
      const { outputs, state: after } = trainStep(from)(state(from), inputs());
      const value = (name: string) => after![name].dataSync()[0];
      // Scores s = −1, 1, −1 of class 1 for labels 0, 1, 1; p = σ(s). Loss: mean of −log p(label).
      const sigma = (s: number) => 1 / (1 + Math.exp(-s));
      const loss = -(Math.log(1 - sigma(-1)) + Math.log(sigma(1)) + Math.log(sigma(-1))) / 3;
      expect(outputs.loss.dataSync()[0]).toBeCloseTo(loss, 5);
      // ∂ loss / ∂ s = (p − label) / 3; the bias learns at twice the rate.
      const slopes = [sigma(-1), sigma(1) - 1, sigma(-1) - 1].map((slope) => slope / 3);
      const bias = slopes.reduce((sum, slope) => sum + slope, 0);
      const gamma = -slopes[0] + slopes[1] - slopes[2];
      expect(value('variables/bias')).toBeCloseTo(-0.2 * bias, 5);
      expect(value('variables/bn/beta')).toBeCloseTo(-0.1 * bias, 5);
      expect(value('variables/bn/gamma')).toBeCloseTo(1 - 0.1 * gamma, 5);
      expect(value('variables/bn/moving_mean')).toBeCloseTo(0.9 * 10 + 0.1 * 2, 4);
      const variance = value('variables/bn/moving_variance');
      expect(variance).toBeGreaterThanOrEqual(0.99999); // biased: 1; unbiased: 4/3
      expect(variance).toBeLessThan(1.04);
      expect(Object.keys(after!)).not.toContain('optimizer/momentum/bn/moving_mean');
    });
  });

  it('leaves no tensor behind, the moving statistics included', () => {
    const from = problem(1e-4);
    const first = tf.tidy(() => state(from));
    const specs = {
      image: { shape: [1, 1, 4, 3] },
      labels: { shape: [1, 1, 4], dtype: 'int32' },
      learningRate: { shape: [] },
      progress: { shape: [] },
      seed: { shape: [], dtype: 'int32' },
    } as const;
    const program = compile(first, { train: { step: trainStep(from), inputs: specs } });
    tf.dispose(first);
    const counts = [0, 1, 2].map(() => {
      const given = inputs();
      tf.dispose(program.run('train', given));
      tf.dispose(given);
      return tf.memory().numTensors;
    });
    expect(new Set(counts).size).toBe(1);
    program.dispose();
  });

  it('neither moves nor decays a variable that takes no part in the loss', () => {
    const from = problem(0.5);
    const unused: TrainProblem = {
      network: (scope, image) => {
        scope.variable('unused', [1], constant(7));
        return network(scope, image);
      },
      variables: [...from.variables, { ...from.variables[0], name: 'unused' }],
      loss: trainingLoss(),
      optimizer: sgd({ momentum: 0.9, weightDecay: 0.5 }),
    };
    const initial = trainState(unused, { ...variablesOf(), unused: tf.tensor1d([7]) });
    const given = inputs();
    const shapes = Object.entries(given).map(([name, { shape, dtype }]) => [
      name,
      { shape, dtype },
    ]);
    const definition = {
      step: trainStep(unused),
      inputs: Object.fromEntries(shapes) as Record<string, InputSpec>,
    };
    const program = compile(initial, { train: definition });
    tf.dispose(program.run('train', given));
    const names = ['variables/unused', 'variables/bn/gamma'];
    const after = program.state(names);
    const value = (name: string) => after[name].dataSync()[0];
    expect(value('variables/unused')).toBe(7);
    expect(value('variables/bn/gamma')).toBeLessThan(1);
    tf.dispose([initial, given, after]);
    program.dispose();
  });

  it('draws other random numbers for another seed, and the same for the same', () => {
    tf.tidy(() => {
      const from: TrainProblem = {
        ...problem(),
        network: (scope, image) => network(scope, dropout(scope, image, 0.5)),
      };
      const lossWith = (seed: number) =>
        trainStep(from)(state(from), {
          ...inputs(),
          seed: tf.scalar(seed, 'int32'),
        }).outputs.loss.dataSync()[0];
      const losses = [1, 2, 3, 4, 5].map(lossWith);
      expect(new Set(losses).size).toBeGreaterThan(1);
      expect([1, 2, 3, 4, 5].map(lossWith)).toEqual(losses);
    });
  });
});
