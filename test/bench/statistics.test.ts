import { describe, expect, it } from 'vitest';
import { fitLine, growthExponent, median } from './statistics.js';

describe('median', () => {
  it('is the middle of an odd count, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the middle two of an even count', () => {
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  it('is not moved by one slow run', () => {
    expect(median([5, 5, 5, 5, 5000])).toBe(5);
  });

  it('is NaN of nothing and leaves its input alone', () => {
    expect(median([])).toBeNaN();
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('growthExponent', () => {
  it.each([0.5, 1, 2])('finds the exponent %d of a power law', (p) => {
    const points = [1, 3, 10, 70].map((x) => [x, 7 * x ** p] as const);
    expect(growthExponent(points)).toBeCloseTo(p, 10);
  });

  it('is below 1 where a fixed cost weighs', () => {
    const exponent = growthExponent([1, 2, 4, 8].map((x) => [x, 5 + x]));
    expect(exponent).toBeGreaterThan(0);
    expect(exponent).toBeLessThan(1);
  });

  it('is NaN of points that do not differ', () => {
    expect(growthExponent([[2, 3]])).toBeNaN();
    expect(growthExponent([])).toBeNaN();
  });
});

describe('fitLine', () => {
  it('finds a line through points that lie on one', () => {
    const { intercept, slope, explained } = fitLine([1, 2, 4, 8].map((x) => [x, 5 + 3 * x]));
    expect(intercept).toBeCloseTo(5, 10);
    expect(slope).toBeCloseTo(3, 10);
    expect(explained).toBeCloseTo(1, 10);
  });

  it('says how well it fits: worked out by hand', () => {
    // means 1 and 2; sums of squares: x 2, y 6, product 3
    expect(
      fitLine([
        [0, 1],
        [1, 1],
        [2, 4],
      ]),
    ).toEqual({ slope: 1.5, intercept: 0.5, explained: 0.75 });
  });

  it('is NaN of points that do not differ', () => {
    expect(fitLine([[2, 3]]).slope).toBeNaN();
  });
});
