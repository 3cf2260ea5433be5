import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import type { NamedArrays } from '../../lib/files/arrays.js';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { readVariables } from '../../lib/training/first-weights.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const DECAY = 0.75;
const folder = temporaryFolder();
let dataset: Dataset;

const { run, folderOf } = tinyRuns(folder, () => dataset, {
  steps: 2,
  validationSplit: 'val',
  validateEvery: 1,
  emaDecay: DECAY,
});

async function groupsOf(name: string): Promise<Record<string, NamedArrays>> {
  const found = await latestCheckpoint(path.join(folderOf(name), 'checkpoints'));
  return found!.checkpoint.groups;
}

const BIAS = 'decoder/logits/bias';
const numbers = (arrays: NamedArrays, name: string) =>
  Array.from(arrays[name].data as Float32Array);

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 4 });
});

describe.each(backends)('retrain with emaDecay on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('keeps the average of the weights beside them, and predicts with it', async () => {
    const before = tf.memory().numTensors;
    const name = `${backend}-whole`;
    const { meanIou } = await run(name);
    expect(tf.memory().numTensors).toBe(before);
    const stopped = `${backend}-stopped`;
    await run(stopped, {}, { stopAt: 1 });
    const [first, last] = [await groupsOf(stopped), await groupsOf(name)];
    // The bias begins with 0: a₁ = (1 − d) p₁, a₂ = d a₁ + (1 − d) p₂.
    const [p1, a1] = [numbers(first.variables, BIAS), numbers(first.averages, BIAS)];
    const [p2, a2] = [numbers(last.variables, BIAS), numbers(last.averages, BIAS)];
    p1.forEach((p, i) => {
      expect(a1[i]).toBeCloseTo((1 - DECAY) * p, 7);
      expect(a2[i]).toBeCloseTo(DECAY * a1[i] + (1 - DECAY) * p2[i], 7);
    });
    expect(Math.max(...p1.map(Math.abs))).toBeGreaterThan(1e-4);
    const statistics = Object.keys(last.variables).filter((one) => one.includes('moving_'));
    expect(statistics.filter((one) => one in last.averages)).toEqual([]);
    const predicting = await readVariables(folderOf(name), 'last');
    expect(numbers(predicting, BIAS)).toEqual(a2);
    expect(numbers(predicting, statistics[0])).toEqual(numbers(last.variables, statistics[0]));
    await run(stopped, {}, { resume: true });
    expect(numbers((await groupsOf(stopped)).averages, BIAS)).toEqual(a2);
    const checkpoint = 'last' as const;
    const at = { dataset, folder: folderOf(name), checkpoint, workers: 0 };
    expect((await evaluate(at)).meanIou).toBeCloseTo(meanIou!, 9);
  });

  it('begins the average with the weights of another training', async () => {
    const source = folderOf(`${backend}-whole`);
    const name = `${backend}-tuned`;
    const changes = { initialWeights: source, steps: 1, learningRate: 1e-12 };
    await run(name, changes);
    const before = numbers(await readVariables(source), BIAS);
    const { averages } = await groupsOf(name);
    numbers(averages, BIAS).forEach((value, i) => {
      expect(value).toBeCloseTo(before[i], 7);
    });
  });
});
