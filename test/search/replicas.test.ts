/** The search by replicas: wherever they run, operation by operation, and against the whole batch. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SearchConfig } from '../../lib/search/options.js';
import { backends, useBackend } from '../helpers/backends.js';
import {
  expectClose,
  largestDifference,
  searching,
  trainSteps,
} from '../helpers/replicas/programs.js';

const STEPS = ['weights', 'architecture', 'weights'];

type Changes = Partial<SearchConfig>;

describe.runIf(backends.includes('tensorflow'))('a search by replicas', () => {
  beforeAll(() => useBackend('tensorflow'));

  /** What three steps on some devices leave. */
  const searchedOn = async (devices: readonly string[] | null, changes: Changes = {}) => {
    const program = searching({ replicas: 2, ...changes, devices });
    const { losses, bits } = await trainSteps(program, STEPS);
    return { losses, bits };
  };

  it.each<[string, Changes]>([
    ['second order', { order: 'second' }],
    ['batch statistics of all', { batchStatistics: 'all' }],
    ['expected cost and entropy', { costWeight: 3, entropyWeight: 2 }],
  ])('has the same bits on one device and on two: %s', async (_, changes) => {
    expect(await searchedOn(['cpu:0', 'cpu:1'], changes)).toEqual(await searchedOn(null, changes));
  });

  it('has the same bits wherever they run', async () => {
    const expected = await searchedOn(null);
    expect(await searchedOn(['cpu:0', 'cpu:1'])).toEqual(expected);
    // Placed softly where there is no GPU.
    expect(await searchedOn(['gpu:0', 'gpu:1'])).toEqual(expected);
  });

  it.each<[string, Changes]>([
    ['first order', { replicas: 4, batchSize: 4 }],
    ['second order', { order: 'second' }],
    ['batch statistics of all', { batchStatistics: 'all' }],
    ['expected cost and entropy', { costWeight: 3, entropyWeight: 2 }],
  ])('gives the losses and weights of eager steps: %s', async (_, changes) => {
    const given = { replicas: 2, clipNorm: null, ...changes };
    const steps = ['weights', 'architecture'];
    const compiled = await trainSteps(searching(given, 'graph'), steps);
    expectClose(compiled, await trainSteps(searching(given, 'eager'), steps), 2e-3);
  });

  it('equals the whole batch with the statistics of all, and not with those of each', async () => {
    const steps = (changes: Changes) =>
      trainSteps(searching({ clipNorm: null, ...changes }), ['weights']);
    const whole = await steps({});
    expectClose(await steps({ replicas: 2, batchStatistics: 'all' }), whole, 1e-5);
    expect(largestDifference(await steps({ replicas: 2 }), whole)[0]).toBeGreaterThan(0.1);
  });
});
