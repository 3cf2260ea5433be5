/** Retraining by replicas: wherever they run, operation by operation, and against the whole batch. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { backends, useBackend } from '../helpers/backends.js';
import { largestDifference, retraining, trainSteps } from '../helpers/replicas/programs.js';

const STEPS = ['train', 'train', 'train'];

const twoOn = (devices: readonly string[] | null, changes: Partial<RetrainConfig> = {}) =>
  trainSteps(retraining({ replicas: 2, devices, ...changes }), STEPS);

describe.runIf(backends.includes('tensorflow'))('a retraining by replicas', () => {
  beforeAll(() => useBackend('tensorflow'));

  it.each([
    ['batch statistics of each', {}],
    ['batch statistics of all', { batchStatistics: 'all' }],
    ['parts computed again', { recompute: 'all' }],
  ] as const)('has the same bits wherever they run: %s', async (_, changes) => {
    const expected = await twoOn(null, changes);
    for (const devices of [['cpu:0'], ['cpu:0', 'cpu:1'], ['gpu:0', 'gpu:1'], ['cpu:1', 'cpu:0']]) {
      const trained = await twoOn(devices, changes);
      expect(trained.losses).toEqual(expected.losses);
      expect(trained.state).toEqual(expected.state);
    }
  });

  const options: [string, Partial<RetrainConfig>, number][] = [
    ['batch statistics of each', {}, 2e-4],
    ['batch statistics of all', { batchStatistics: 'all' }, 2e-4],
    ['four replicas', { replicas: 4 }, 2e-4],
    ['hard pixels and Dice', { hardPixelShare: 0.5, diceWeight: 0.5 }, 2e-4],
    ['dropout and drop path', { dropoutKeepProbability: 0.6, dropPathKeepProbability: 0.7 }, 2e-4],
  ];
  it.each(options)('is that of eager steps: %s', async (_, changes, tolerance) => {
    const given = { replicas: 2, ...changes };
    const weights = [1, 0.5, 2];
    const eager = await trainSteps(retraining(given, 'eager', weights), STEPS);
    const compiled = await trainSteps(retraining(given, 'graph', weights), STEPS);
    console.log(eager.losses, compiled.losses, largestDifference(eager, compiled));
    expect(largestDifference(eager, compiled)[0]).toBeLessThan(tolerance);
  });
});
