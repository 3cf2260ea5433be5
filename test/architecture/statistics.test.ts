import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import {
  alphaStatistics,
  betaStatistics,
  operationShares,
} from '../../lib/architecture/statistics.js';

const OPERATIONS = ['none', 'max_pool_3x3', 'avg_pool_3x3', 'skip_connect', 'sep_conv_3x3'];

describe('alphaStatistics', () => {
  it('has the largest entropy and equal weights when all logits are equal', () => {
    const { entropy, weight } = alphaStatistics(new Float32Array(10), OPERATIONS);
    expect(entropy).toBeCloseTo(Math.log(5), 12);
    expect(weight.skip_connect).toBeCloseTo(0.2, 12);
  });

  it('gives the numbers worked out by hand', () => {
    // Edge 1: weights 3/4 and 1/4; edge 2: 1/2 and 1/2, where the first of equals is the strongest.
    const result = alphaStatistics([Math.log(3), 0, 5, 5], ['skip_connect', 'none']);
    expect(result.weight.skip_connect).toBeCloseTo(0.625, 12);
    expect(result.strongest).toEqual({ skip_connect: 1, none: 0 });
    const first = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    expect(result.entropy).toBeCloseTo((first + Math.log(2)) / 2, 12);
  });

  it('sums to 1 and does not change when a constant is added to the logits of an edge', () => {
    const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
      minLength: 15,
      maxLength: 15,
    });
    fc.assert(
      fc.property(logits, fc.double({ min: -100, max: 100, noNaN: true }), (alpha, constant) => {
        const result = alphaStatistics(alpha, OPERATIONS);
        const shifted = alphaStatistics(
          alpha.map((value, i) => (i < 5 ? value + constant : value)),
          OPERATIONS,
        );
        const sum = (values: Readonly<Record<string, number>>) =>
          Object.values(values).reduce((total, value) => total + value, 0);
        expect(sum(result.weight)).toBeCloseTo(1, 9);
        expect(sum(result.strongest)).toBeCloseTo(1, 9);
        expect(shifted.entropy).toBeCloseTo(result.entropy, 6);
      }),
      { numRuns: 100 },
    );
  });

  it('takes very large logits, and refuses part of an edge', () => {
    expect(alphaStatistics([1000, -1000], ['a', 'b']).entropy).toBe(0);
    expect(() => alphaStatistics([1, 2, 3], ['a', 'b'])).toThrow(ShapeError);
    expect(() => alphaStatistics([], ['a', 'b'])).toThrow('a multiple of 2 logits');
  });
});

describe('betaStatistics', () => {
  // Layer 1 from level 0: two arrows; layer 2 from level 0: one; from level 1: three.
  const arrows = [
    { layer: 1, from: 0 },
    { layer: 1, from: 0 },
    { layer: 2, from: 0 },
    { layer: 2, from: 1 },
    { layer: 2, from: 1 },
    { layer: 2, from: 1 },
  ];

  it('takes the mean over the nodes that have a choice', () => {
    const { entropy, relativeEntropy } = betaStatistics(new Float32Array(6), arrows);
    expect(entropy).toBeCloseTo((Math.log(2) + Math.log(3)) / 2, 12);
    expect(relativeEntropy).toBeCloseTo(1, 12);
  });

  it('is 0 when every node is decided', () => {
    const { entropy, relativeEntropy } = betaStatistics([1e3, 0, 0, 0, 1e3, 0], arrows);
    expect([entropy, relativeEntropy]).toEqual([0, 0]);
  });

  it('refuses another number of logits', () => {
    expect(() => betaStatistics([1], arrows)).toThrow(
      'expected 6 logits, one for each arrow, got 1',
    );
  });
});

describe('operationShares', () => {
  it('groups operations by kind', () => {
    const { weight } = alphaStatistics(new Float32Array(5), OPERATIONS);
    const shares = operationShares(weight);
    expect(shares.none).toBeCloseTo(0.2, 12);
    expect(shares.skip).toBeCloseTo(0.2, 12);
    expect(shares.pool).toBeCloseTo(0.4, 12);
    expect(shares.convolution).toBeCloseTo(0.2, 12);
  });
});
