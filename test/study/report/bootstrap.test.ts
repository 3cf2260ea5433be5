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
  it('of means over searches, networks and seeds are those of the exact distribution', () => {
    for (const { sets, ...expected } of studyStatistics.means) {
      expectInterval(meanInterval(sets, new Random(1)), expected);
    }
  });

  it("of single scores are SciPy's", () => {
    for (const { values, ...expected } of studyStatistics.simple) {
      const sets = values.map((value) => [[value]]);
      expectInterval(meanInterval(sets, new Random(1)), expected);
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
    const [{ sets }] = studyStatistics.means.slice(-1);
    const interval = (seed: number) => meanInterval(sets, new Random(seed));
    expect(interval(1)).toEqual(interval(1));
    expect(interval(1)).not.toEqual(interval(2));
  });

  it('weigh every network alike, however many its search has', () => {
    const interval = meanInterval([[[1], [1], [1]], [[1]], [[1]]], new Random(1));
    expect(interval).toEqual({ low: 1, high: 1, level: 0.95 });
    const uneven = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [[0], [0], [0]] : [[1]]));
    const { low, high } = meanInterval(uneven, new Random(1))!;
    expect(low).toBeLessThan(0.25);
    expect(high).toBeGreaterThan(0.25);
    expect(high).toBeLessThan(0.45);
  });

  it('are undefined of fewer than three searches, or where nothing can be drawn', () => {
    const random = new Random(1);
    expect(meanInterval([[[0.4, 0.5], [0.6]], [[0.5]]], random)).toBeUndefined();
    const matched = { first: [[0.4]], second: [[0.5]] };
    expect(pairedInterval([matched, matched], random)).toBeUndefined();
    expect(pairedInterval([matched, matched, matched], random)).toBeDefined();
    const [several, one, single] = [[[0.4], [0.5], [0.6]], [[0.4, 0.5]], [[0.4]]];
    expect(unpairedInterval({ first: several, second: single }, random)).toBeUndefined();
    expect(unpairedInterval({ first: one, second: one }, random)).toBeUndefined();
    expect(unpairedInterval({ first: several.slice(1), second: one }, random)).toBeUndefined();
    expect(unpairedInterval({ first: several, second: one }, random)).toBeDefined();
  });
});

/** A network whose true mean is 0: its own mean and its seeds are normal. */
function normalNetwork(random: Random, spread: number): NetworkScores {
  const own = spread * random.normal();
  return [own + 0.5 * random.normal(), own + 0.5 * random.normal()];
}

/** How many of 300 intervals hold 0, as a share. */
function coverage(intervalOf: (random: Random) => Interval | undefined): number {
  const trials = Array.from({ length: 300 }, (_, i) => {
    const interval = intervalOf(new Random(i + 1));
    return interval !== undefined && interval.low <= 0 && interval.high >= 0;
  });
  return mean(trials.map(Number));
}

describe('meanInterval of few networks', () => {
  it('is too narrow of three, as its documentation says, and nearly right of twelve', () => {
    const of = (n: number) =>
      coverage((random) =>
        meanInterval(
          Array.from({ length: n }, () => [normalNetwork(random, 1)]),
          random,
          400,
        ),
      );
    expect(of(3)).toBeGreaterThan(0.68);
    expect(of(3)).toBeLessThan(0.86);
    expect(of(12)).toBeGreaterThan(0.88);
  });

  it('is far too narrow if networks of one size are drawn one by one', () => {
    const sets = (random: Random) =>
      Array.from({ length: 3 }, () => {
        const size = random.normal();
        const network = () => normalNetwork(random, 0).map((score) => size + score);
        return [network(), network(), network()];
      });
    const apart = coverage((random) =>
      meanInterval(
        sets(random).flatMap((set) => set.map((network) => [network])),
        random,
        400,
      ),
    );
    const together = coverage((random) => meanInterval(sets(random), random, 400));
    expect(apart).toBeLessThan(0.68);
    expect(together).toBeGreaterThan(apart + 0.05);
  });
});

describe('pairedInterval of three searches', () => {
  const of = (others: number) =>
    coverage((random) =>
      pairedInterval(
        Array.from({ length: 3 }, () => ({
          first: [normalNetwork(random, 1)],
          second: Array.from({ length: 3 }, () => normalNetwork(random, others)),
        })),
        random,
        400,
      ),
    );

  it('holds the truth three times in four if found networks vary most, and nine times in ten if all do', () => {
    expect(of(0)).toBeGreaterThan(0.7);
    expect(of(0)).toBeLessThan(0.86);
    expect(of(1)).toBeGreaterThan(0.82);
    expect(of(1)).toBeLessThan(0.95);
  });
});

describe('quantile', () => {
  it("is NumPy's", () => {
    for (const { sorted, shares, quantiles } of studyStatistics.quantiles) {
      shares.forEach((share, i) => expect(quantile(sorted, share)).toBeCloseTo(quantiles[i], 9));
    }
  });
});
