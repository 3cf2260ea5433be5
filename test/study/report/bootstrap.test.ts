import { describe, expect, it } from 'vitest';
import {
  meanInterval,
  pairedInterval,
  quantile,
  unpairedInterval,
  type Interval,
  type NetworkScores,
} from '../../../lib/study/report/bootstrap.js';
import { Random } from '../../../lib/random.js';
import { mean } from '../../../lib/text.js';
import { studyStatistics, type Expected } from './study-statistics.js';

/**
 * Of 10,000 draws the quantile 0.025 is known to about 0.03 standard deviations; the exact one may lie at
 * a gap between two means.
 */
function expectInterval(interval: Interval | undefined, expected: Expected): void {
  const near = 0.15 * expected.deviation;
  expect(interval?.level).toBe(0.95);
  expect(Math.abs((interval?.low ?? NaN) - expected.low)).toBeLessThanOrEqual(near);
  expect(Math.abs((interval?.high ?? NaN) - expected.high)).toBeLessThanOrEqual(near);
}

describe('intervals by resampling', () => {
  it('of means over networks and seeds are those of the exact distribution', () => {
    for (const { networks, ...expected } of studyStatistics.means) {
      expectInterval(meanInterval(networks, new Random(1)), expected);
    }
  });

  it("of single scores are SciPy's", () => {
    for (const { values, ...expected } of studyStatistics.simple) {
      const networks = values.map((value) => [value]);
      expectInterval(meanInterval(networks, new Random(1)), expected);
    }
  });

  it('of differences paired by search are those of the exact distribution', () => {
    for (const { searches, ...expected } of studyStatistics.paired) {
      expectInterval(pairedInterval(searches, new Random(1)), expected);
    }
  });

  it('of differences between groups that are drawn apart are those of the exact distribution', () => {
    for (const { first, second, ...expected } of studyStatistics.unpaired) {
      expectInterval(unpairedInterval({ first, second }, new Random(1)), expected);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    const [{ networks }] = studyStatistics.means.slice(-1);
    const interval = (seed: number) => meanInterval(networks, new Random(seed));
    expect(interval(1)).toEqual(interval(1));
    expect(interval(1)).not.toEqual(interval(2));
  });

  it('are undefined where nothing can be drawn', () => {
    const random = new Random(1);
    expect(meanInterval([[0.4, 0.5]], random)).toBeUndefined();
    expect(pairedInterval([{ first: [[0.4]], second: [[0.5]] }], random)).toBeUndefined();
    const [several, one, single] = [[[0.4], [0.5]], [[0.4, 0.5]], [[0.4]]];
    expect(unpairedInterval({ first: several, second: single }, random)).toBeUndefined();
    expect(unpairedInterval({ first: one, second: one }, random)).toBeUndefined();
    expect(unpairedInterval({ first: several, second: one }, random)).toBeDefined();
  });
});

/** Networks whose true mean is 0: their own means and their seeds are normal. */
function normalNetworks(n: number, random: Random): NetworkScores[] {
  return Array.from({ length: n }, () => {
    const own = random.normal();
    return [own + 0.5 * random.normal(), own + 0.5 * random.normal()];
  });
}

/** How many of 300 intervals hold the true mean, as a share. */
function coverage(n: number): number {
  const trials = Array.from({ length: 300 }, (_, i) => {
    const random = new Random(i + 1);
    const interval = meanInterval(normalNetworks(n, random), random, 400);
    return interval !== undefined && interval.low <= 0 && interval.high >= 0;
  });
  return mean(trials.map(Number));
}

describe('meanInterval of few networks', () => {
  it('is too narrow of three, as its documentation says, and nearly right of twelve', () => {
    const ofThree = coverage(3);
    expect(ofThree).toBeGreaterThan(0.68);
    expect(ofThree).toBeLessThan(0.86);
    expect(coverage(12)).toBeGreaterThan(0.88);
  });
});

describe('quantile', () => {
  it("is NumPy's", () => {
    for (const { sorted, shares, quantiles } of studyStatistics.quantiles) {
      shares.forEach((share, i) => expect(quantile(sorted, share)).toBeCloseTo(quantiles[i], 9));
    }
  });
});
