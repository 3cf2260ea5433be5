/** Retraining by replicas: wherever they run, operation by operation, and against one replica. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { backends, useBackend } from '../helpers/backends.js';
import {
  expectClose,
  filledBatch,
  largestDifference,
  retraining,
  trainSteps,
} from '../helpers/replicas/programs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const STEPS = ['train', 'train'];
const CLASS_WEIGHTS = [1, 0.5, 2];

type Changes = Partial<RetrainConfig>;

/** Batch norms that go by moving statistics, so that images do not depend on their batch. */
const FROZEN: Changes = {
  fineTuneBatchNorm: false,
  initialWeights: 'elsewhere',
  dropPathKeepProbability: 1,
};
const STEADY: Changes = { dropoutKeepProbability: 1, dropPathKeepProbability: 1, clipNorm: null };

/** Two steps of a retraining, or another list of steps. */
const train = (changes: Changes, mode?: 'eager' | 'graph', steps: readonly string[] = STEPS) =>
  trainSteps(retraining(changes, mode, CLASS_WEIGHTS), steps);

describe.runIf(backends.includes('tensorflow'))('a retraining by replicas', () => {
  beforeAll(() => useBackend('tensorflow'));

  /** What two steps on some devices leave. */
  const trainedOn = async (devices: readonly string[] | null, changes: Changes) => {
    const feed = (step: number) => filledBatch(String(step), changes.batchSize ?? 4);
    const { losses, bits } = await trainSteps(retraining({ ...changes, devices }), STEPS, feed);
    return { losses, bits };
  };

  it.each<[string, Changes]>([
    ['batch statistics of each', { replicas: 2 }],
    ['batch statistics of all', { replicas: 2, batchStatistics: 'all' }],
    ['parts computed again', { replicas: 2, recompute: 'all' }],
  ])('has the same bits on one device and on two: %s', async (_, changes) => {
    expect(await trainedOn(['cpu:0', 'cpu:1'], changes)).toEqual(await trainedOn(null, changes));
  });

  it('has the same bits wherever they run', async () => {
    const three = { replicas: 3, batchSize: 6 };
    const expected = await trainedOn(null, three);
    expect(await trainedOn(['cpu:1'], three)).toEqual(expected);
    expect(await trainedOn(['cpu:0', 'cpu:1'], three)).toEqual(expected);
    // Placed softly where there is no GPU.
    expect(await trainedOn(['gpu:0', 'gpu:1'], three)).toEqual(expected);
  });

  it.each<[string, Changes]>([
    ['batch statistics of each', {}],
    ['batch statistics of all', { batchStatistics: 'all' }],
    ['four replicas', { replicas: 4, imagePoolingNorm: 'none' }],
    ['hard pixels and Dice', { hardPixelShare: 0.5, diceWeight: 0.5 }],
    ['dropout and drop path', { dropoutKeepProbability: 0.6, dropPathKeepProbability: 0.7 }],
  ])('gives the losses and weights of eager steps: %s', async (_, changes) => {
    const given = { replicas: 2, clipNorm: null, ...changes };
    expectClose(await train(given, 'graph'), await train(given, 'eager'), 2e-3);
  });

  it.each<[string, Changes, readonly string[]]>([
    ['one step after the other', {}, STEPS],
    ['micro-batches that are added up', { accumulate: 2 }, ['accumulate', 'train']],
  ])('equals the whole batch with frozen batch norms: %s', async (_, changes, steps) => {
    const given = { ...STEADY, ...FROZEN, ...changes };
    const whole = await train(given, 'graph', steps);
    const parts = await train({ ...given, replicas: 2 }, 'graph', steps);
    const [difference, name] = largestDifference(whole, parts);
    expect(difference, name).toBeLessThan(1e-6);
    expect(parts.losses[0]).toBeCloseTo(whole.losses[0], 6);
  });

  it('equals the whole batch with the statistics of all, and not with those of each', async () => {
    const whole = await train(STEADY, 'graph', ['train']);
    const ofAll = await train({ ...STEADY, replicas: 2, batchStatistics: 'all' }, 'graph', [
      'train',
    ]);
    const ofEach = await train({ ...STEADY, replicas: 2 }, 'graph', ['train']);
    expectClose(ofAll, whole, 1e-5);
    expect(largestDifference(ofEach, whole)[0]).toBeGreaterThan(0.1);
  });

  it('equals micro-batches of one replica: hard pixels, Dice and class weights', async () => {
    const loss = { hardPixelShare: 0.5, diceWeight: 0.5 };
    const given = { ...STEADY, ...FROZEN, ...loss };
    const parts = await train({ ...given, replicas: 2 }, 'graph', ['train']);
    const half = (step: number) => {
      const batch = filledBatch('0');
      return tf.tidy(() => ({
        image: tf.split(batch.image, 2)[step],
        labels: tf.split(batch.labels, 2)[step],
      }));
    };
    const program = retraining({ ...given, batchSize: 2, accumulate: 2 }, 'graph', CLASS_WEIGHTS);
    const added = await trainSteps(program, ['accumulate', 'train'], half);
    expect(parts.losses[0]).toBeCloseTo(added.losses[0], 5);
    const weights = Object.keys(parts.state).filter((name) => name.startsWith('variables/'));
    const only = ({ state, ...rest }: typeof parts) => ({
      ...rest,
      state: Object.fromEntries(weights.map((name) => [name, state[name]])),
    });
    expect(largestDifference(only(parts), only(added))[0]).toBeLessThan(1e-5);
  });

  it.each([0, 1])('changes nothing if a number of replica %i is not finite', async (replica) => {
    const before = await trainSteps(retraining({ replicas: 2 }), []);
    const poisoned = () => {
      const { image, labels } = filledBatch('0');
      const [first, second] = tf.split(image, 2);
      const bad = (part: tf.Tensor, k: number) => (k === replica ? tf.mul(part, NaN) : part);
      return { image: tf.concat([bad(first, 0), bad(second, 1)]), labels };
    };
    const devices = ['cpu:0', 'cpu:1'];
    const after = await trainSteps(retraining({ replicas: 2, devices }), ['train'], poisoned);
    expect(after.losses).toEqual([NaN]);
    expect(after.bits).toBe(before.bits);
  });
});

describe.runIf(backends.includes('tensorflow'))('a run by replicas', () => {
  const folder = temporaryFolder();
  let dataset: Dataset;
  const runs = tinyRuns(folder, () => dataset, { replicas: 2, batchSize: 4, steps: 4 });
  beforeAll(async () => {
    await useBackend('tensorflow');
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 8, val: 1 });
  });

  it('resumes on other devices to the bits of a run on one', async () => {
    await runs.run('whole');
    await runs.run('moved', { devices: ['cpu:0', 'cpu:1'] }, { stopAt: 2 });
    const { steps } = await runs.run('moved', { devices: ['cpu:1'] }, { resume: true });
    expect(steps).toBe(4);
    expect(await runs.checksums('moved')).toEqual(await runs.checksums('whole'));
    expect(await runs.losses('moved')).toEqual(await runs.losses('whole'));
  });

  it('takes the hardest pixels of each replica, and says where GPUs are missing', async () => {
    // Nine tenths of all pixels are more than one replica has.
    const changes = { hardPixelShare: 0.9, devices: ['gpu:0', 'gpu:1'], steps: 1 };
    const { steps, notes } = await runs.run('hard', changes);
    expect(steps).toBe(1);
    expect(notes).toContain('devices gpu:0, gpu:1: this process has no GPU');
  });

  it('refuses to resume with another number of replicas', async () => {
    await expect(runs.run('whole', { replicas: 1 }, { resume: true })).rejects.toThrow(
      /options.replicas/,
    );
  });
});
