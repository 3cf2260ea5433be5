/** Whole compiled steps with every option of the loss and the step, against PyTorch. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNorm } from '../../lib/nn/batch-norm.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { constant } from '../../lib/nn/initializers.js';
import { convolution } from '../../lib/nn/layers.js';
import type { Network } from '../../lib/nn/scope.js';
import { trainingLoss } from '../../lib/retrain/loss.js';
import { retrainOptimizer } from '../../lib/retrain/optimizer.js';
import {
  accumulateStep,
  trainState,
  trainStep,
  type TrainProblem,
} from '../../lib/retrain/train-step.js';
import { compile } from '../../lib/runtime/compile.js';
import { withPrefix } from '../../lib/tensors.js';
import { batchSpec, SCALAR } from '../../lib/training/batch-spec.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage, fillLabels, fillVariable } from '../helpers/fill.js';

type Values = Readonly<Record<string, readonly number[]>>;

interface Fixture {
  readonly batch: number;
  readonly size: number;
  readonly classes: number;
  readonly width: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly learningRate: number;
  readonly cases: readonly {
    readonly name: string;
    readonly options: {
      readonly classWeights?: readonly number[];
      readonly hardPixelShare?: number;
      readonly diceWeight?: number;
      readonly emaDecay?: number;
      readonly accumulate?: number;
      readonly optimizer?: 'sgd' | 'adam';
    };
    readonly losses: readonly number[];
    readonly variables: Values;
    readonly averages?: Values;
  }[];
}

const FILE = new URL('../fixtures/train-steps.json', import.meta.url);
const fixture = JSON.parse(readFileSync(FILE, 'utf8')) as Fixture;
const { batch, size, classes, width, epsilon, weightDecay, momentum, learningRate } = fixture;
const PIXELS = size * size;
const COUNT = { shape: [], dtype: 'int32' } as const;

/** Convolution, batch norm, ReLU, 1×1 convolution with a bias. */
const network: Network = (scope, image) => {
  const x = convolution(scope.child('conv'), image, { filters: width, kernel: 3 });
  const y = tf.relu(batchNorm(scope.child('bn'), x, { epsilon, momentum: 0.9 }));
  const logits = scope.child('logits');
  const bias = logits.variable('bias', [classes], constant(0), { decay: false });
  return tf.add(convolution(logits, y, { filters: classes, kernel: 1 }), bias);
};

/** The images and label maps of a step as `train_steps.py` has them. */
function data(step: number) {
  const images = fillImage(`train-steps/image${step}`, [batch, size, size, 3]);
  const labels = fillLabels(`train-steps/labels${step}`, [batch, size, size], classes);
  labels.fill(255, size, PIXELS);
  return { images, labels };
}

/** Losses and state after some compiled steps. */
function train({ options, losses }: Fixture['cases'][number]) {
  const { accumulate: parts = 1, emaDecay, hardPixelShare, classWeights, diceWeight } = options;
  const { optimizer = 'sgd' } = options;
  const images = batch / parts;
  const { variables } = declareNetwork(network, [images, size, size, 3], 'training');
  const problem: TrainProblem = {
    network,
    variables,
    optimizer: retrainOptimizer({ optimizer, momentum, weightDecay, clipNorm: null }, variables),
    loss: trainingLoss({
      classWeights,
      diceWeight: diceWeight ?? 0,
      minesHardPixels: hardPixelShare !== undefined,
    }),
    accumulates: parts > 1,
    averageDecay: emaDecay,
  };
  const initial = tf.tidy(() => {
    const filled = variables.map(
      ({ name, shape }) => [name, tf.tensor(fillVariable(name, shape), [...shape])] as const,
    );
    return trainState(problem, Object.fromEntries(filled));
  });
  const inputs = {
    ...batchSpec(images, { height: size, width: size }),
    progress: SCALAR,
    seed: COUNT,
    ...(hardPixelShare !== undefined && { hardPixels: COUNT }),
  } as const;
  const program = compile(initial, {
    train: { step: trainStep(problem), inputs: { ...inputs, learningRate: SCALAR } },
    ...(parts > 1 && { accumulate: { step: accumulateStep(problem), inputs } }),
  });
  tf.dispose(initial);
  const found = losses.map((_, step) => {
    const whole = data(step);
    let loss = NaN;
    for (let part = 0; part < parts; part++) {
      const [from, to] = [part, part + 1].map((at) => at * images * PIXELS);
      const given = {
        image: tf.tensor4d(whole.images.slice(from * 3, to * 3), [images, size, size, 3]),
        labels: tf.tensor3d(whole.labels.slice(from, to), [images, size, size], 'int32'),
        progress: tf.scalar(0),
        seed: tf.scalar(1, 'int32'),
        learningRate: tf.scalar(learningRate),
        hardPixels: tf.scalar(Math.floor((hardPixelShare ?? 1) * images * PIXELS), 'int32'),
      };
      const isLast = part === parts - 1;
      const outputs = program.run(isLast ? 'train' : 'accumulate', given);
      loss = isLast ? outputs.loss.dataSync()[0] : loss;
      tf.dispose([given, outputs]);
    }
    return loss;
  });
  const state = program.state();
  const values = Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]),
  );
  tf.dispose(state);
  program.dispose();
  return { losses: found, values };
}

function expectClose(actual: readonly number[], expected: readonly number[], name: string): void {
  expect(actual, name).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const differences = expected.map((value, i) => Math.abs(actual[i] - value));
  expect(Math.max(...differences) / scale, name).toBeLessThan(1e-5);
}

describe.each(backends)('three compiled steps on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(fixture.cases)('equal PyTorch: $name', (one) => {
    const before = tf.memory().numTensors;
    const { losses, values } = train(one);
    expect(tf.memory().numTensors).toBe(before);
    expectClose(losses, one.losses, 'losses');
    const expected = {
      ...withPrefix('variables', one.variables as never),
      ...withPrefix('averages', (one.averages ?? {}) as never),
    } as unknown as Values;
    for (const [name, numbers] of Object.entries(expected)) {
      expectClose(values[name], numbers, name);
    }
  });
});

it('no two cases of the fixture are alike', () => {
  const last = fixture.cases
    .filter(({ name }) => name !== 'average') // an average changes no weight
    .map(({ variables }) => variables['logits/bias'].join());
  expect(new Set(last).size).toBe(last.length);
});
