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

  it.each<[string, Changes]>([
    ['first order', {}],
    ['second order', { order: 'second' }],
    ['batch statistics of all', { batchStatistics: 'all' }],
  ])('has the same bits wherever they run: %s', async (_, changes) => {
    const on = async (devices: readonly string[] | null) => {
      const program = searching({ replicas: 2, ...changes, devices });
      const { losses, bits } = await trainSteps(program, STEPS);
      return { losses, bits };
    };
    const expected = await on(null);
    expect(await on(['cpu:0', 'cpu:1'])).toEqual(expected);
    expect(await on(['gpu:0', 'gpu:1'])).toEqual(expected); // placed softly where there is no GPU
  });

  it.each<[string, Changes]>([
    ['first order', { replicas: 4, batchSize: 4 }],
    ['second order', { order: 'second' }],
    ['batch statistics of all', { batchStatistics: 'all' }],
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
