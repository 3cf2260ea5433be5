import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import { Random } from '../../lib/random.js';
import { derivedNetwork } from '../../lib/retrain/network.js';
import { trainingLoss } from '../../lib/retrain/loss.js';
import { resolveRetrainConfig } from '../../lib/retrain/options.js';
import {
  accumulateStep,
  trainState,
  trainStep,
  type TrainProblem,
} from '../../lib/retrain/train-step.js';
import { compile } from '../../lib/runtime/compile.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { batchSpec, SCALAR } from '../../lib/training/batch-spec.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillInput } from '../helpers/fill.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const SIZE = { height: 33, width: 33 };
const CLASSES = 3;
const IMAGES = 4;

/** A derived network with frozen batch norms, so that images do not depend on their batch. */
const config = resolveRetrainConfig(
  {
    filterMultiplier: 1,
    crop: 33,
    initialWeights: 'elsewhere',
    fineTuneBatchNorm: false,
    dropoutKeepProbability: 1,
    clipNorm: null,
  },
  'tiny',
);

/** Images and labels; the second image is ignored but for one row, so means of means would differ. */
function batch(): { readonly images: Float32Array; readonly labels: Int32Array } {
  const { height, width } = SIZE;
  const shape = [IMAGES, height, width];
  const images = fillInput({ fill: 'accumulate/image', shape: [...shape, 3], kind: 'uniform' });
  const fill = { fill: 'accumulate/labels', shape, kind: 'labels', classes: CLASSES } as const;
  const labels = Int32Array.from(fillInput(fill));
  labels.fill(255, height * width + width, 2 * height * width);
  return { images: Float32Array.from(images), labels };
}

/** The weights and losses after two steps of `parts` micro-batches of all images. */
function trained(parts: number): { readonly losses: number[]; readonly weights: NamedTensors } {
  const network = derivedNetwork(TINY_ARCHITECTURE, config, CLASSES);
  const size = IMAGES / parts;
  const { variables } = declareNetwork(network, [size, SIZE.height, SIZE.width, 3], 'training');
  const problem: TrainProblem = {
    network,
    variables,
    optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    loss: trainingLoss({ classWeights: [1, 0.5, 2] }),
    accumulates: parts > 1,
  };
  const initial = tf.tidy(() =>
    trainState(problem, initializeVariables(variables, new Random(1).fork('variables'))),
  );
  const inputs = {
    ...batchSpec(size, SIZE),
    progress: SCALAR,
    seed: { shape: [], dtype: 'int32' },
  } as const;
  const program = compile(initial, {
    train: { step: trainStep(problem), inputs: { ...inputs, learningRate: SCALAR } },
    ...(parts > 1 && { accumulate: { step: accumulateStep(problem), inputs } }),
  });
  tf.dispose(initial);
  const { images, labels } = batch();
  const pixels = size * SIZE.height * SIZE.width;
  const losses: number[] = [];
  for (let i = 0; i < 2 * parts; i++) {
    const at = i % parts;
    const given = {
      image: tf.tensor4d(images.slice(at * pixels * 3, (at + 1) * pixels * 3), [
        size,
        SIZE.height,
        SIZE.width,
        3,
      ]),
      labels: tf.tensor3d(
        labels.slice(at * pixels, (at + 1) * pixels),
        [size, SIZE.height, SIZE.width],
        'int32',
      ),
      progress: tf.scalar(0),
      seed: tf.scalar(1, 'int32'),
      learningRate: tf.scalar(0.05),
    };
    const outputs = program.run(at === parts - 1 ? 'train' : 'accumulate', given);
    losses.push(...(at === parts - 1 ? outputs.loss.dataSync() : []));
    tf.dispose([outputs, given]);
  }
  const weights = program.state(variables.map(({ name }) => `variables/${name}`));
  program.dispose();
  return { losses, weights };
}

describe.each(backends)('gradient accumulation on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('equals the whole batch with frozen batch norms, whatever is ignored where', () => {
    const whole = trained(1);
    const { losses, weights } = trained(IMAGES);
    losses.forEach((loss, i) => {
      // wasm adds the losses of the pixels one by one in float32; the weights show the gradients
      expect(Math.abs(loss - whole.losses[i])).toBeLessThan(backend === 'wasm' ? 1e-5 : 1e-6);
    });
    tf.tidy(() => {
      const differences = Object.entries(weights).map(([name, value]) =>
        tf.max(tf.abs(tf.sub(value, whole.weights[name]))),
      );
      expect(Math.max(...differences.map((one) => one.dataSync()[0]))).toBeLessThan(1e-6);
    });
    tf.dispose(weights);
    expect(whole.losses[1]).toBeLessThan(whole.losses[0]);
    tf.dispose(whole.weights);
  });
});

describe('retrain with accumulate', () => {
  const folder = temporaryFolder();
  let dataset: Dataset;
  beforeAll(async () => {
    await useBackend(backends[0]);
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 9 });
  });
  const { run, losses } = tinyRuns(folder, () => dataset, {
    accumulate: 2,
    epochs: 2,
    hardPixelShare: 0.5,
  });

  it('counts steps of the optimizer and resumes exactly', async () => {
    const before = tf.memory().numTensors;
    expect(await run('whole')).toMatchObject({ steps: 4, epochs: 2 }); // ⌊9 / (2 · 2)⌋ per epoch
    expect(tf.memory().numTensors).toBe(before);
    await run('stopped', {}, { stopAt: 3 });
    await run('stopped', {}, { resume: true });
    expect(await losses('stopped')).toEqual(await losses('whole'));
    expect(await losses('whole')).toHaveLength(4);
  });

  it('refuses fewer images than a step takes', async () => {
    await expect(run('few', { accumulate: 5 })).rejects.toThrow(
      'retrain: expected at least 10 samples of tiny for a step of 5 batches of 2, got 9; lower the ' +
        'option accumulate to at most 4, or the option batchSize, or take a larger split',
    );
    await expect(run('fewer', { batchSize: 10 })).rejects.toThrow(/lower the option batchSize, or/);
  });
});
