import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumericError, ShapeError } from '../../lib/errors.js';
import {
  alphaStatistics,
  betaStatistics,
  familyShares,
} from '../../lib/architecture/statistics.js';
import { createTrellis } from '../../lib/search-space/trellis.js';

const OPERATIONS = ['none', 'max_pool_3x3', 'avg_pool_3x3', 'skip_connect', 'sep_conv_3x3'];

/** Two edges. */
const SHAPE = { blocks: 1, operations: OPERATIONS };

describe('alphaStatistics', () => {
  it('has the largest entropy and equal probabilities when all logits are equal', () => {
    const { entropy, probability } = alphaStatistics(new Float32Array(10), SHAPE);
    expect(entropy).toBeCloseTo(Math.log(5), 12);
    expect(probability.skip_connect).toBeCloseTo(0.2, 12);
  });

  it('gives the numbers worked out by hand', () => {
    // Edge 1: probabilities 3/4 and 1/4; edge 2: 1/2 and 1/2, where the first of equals is the strongest.
    const result = alphaStatistics([Math.log(3), 0, 5, 5], {
      blocks: 1,
      operations: ['skip_connect', 'none'],
    });
    expect(result.probability.skip_connect).toBeCloseTo(0.625, 12);
    expect(result.strongest).toEqual({ skip_connect: 1, none: 0 });
    const first = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    expect(result.entropy).toBeCloseTo((first + Math.log(2)) / 2, 12);
  });

  it('sums to 1 and does not change when a constant is added to the logits of an edge', () => {
    const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
      minLength: 10,
      maxLength: 10,
    });
    fc.assert(
      fc.property(logits, fc.double({ min: -100, max: 100, noNaN: true }), (alpha, constant) => {
        const result = alphaStatistics(alpha, SHAPE);
        const shifted = alphaStatistics(
          alpha.map((value, i) => (i < 5 ? value + constant : value)),
          SHAPE,
        );
        const sum = (values: Readonly<Record<string, number>>) =>
          Object.values(values).reduce((total, value) => total + value, 0);
        expect(sum(result.probability)).toBeCloseTo(1, 9);
        expect(sum(result.strongest)).toBeCloseTo(1, 9);
        expect(shifted.entropy).toBeCloseTo(result.entropy, 6);
      }),
      { numRuns: 100 },
    );
  });

  it('takes very large logits, and refuses part of an edge and NaN', () => {
    const shape = { blocks: 1, operations: ['none', 'skip_connect'] };
    expect(alphaStatistics([1000, -1000, 1000, -1000], shape).entropy).toBe(0);
    expect(() => alphaStatistics([1, 2, 3], shape)).toThrow(ShapeError);
    expect(() => alphaStatistics([], shape)).toThrow('expected 4 numbers');
    expect(() => alphaStatistics([1, NaN, 1, 1], shape)).toThrow(NumericError);
  });
});

describe('betaStatistics', () => {
  // The stem has 2 arrows (levels 0, 1), layer 1 has 2 + 3: three choices.
  const trellis = () => createTrellis({ layers: 2, levels: 3 });

  it('takes the mean over the nodes that have a choice', () => {
    const statistics = betaStatistics(new Float32Array(7), trellis());
    expect(statistics.entropy).toBeCloseTo((2 * Math.log(2) + Math.log(3)) / 3, 12);
    expect(statistics.relativeEntropies).toHaveLength(3);
    expect(statistics.relativeEntropy).toBeCloseTo(1, 12);
  });

  it('leaves out nodes without a choice', () => {
    const single = createTrellis({ layers: 3, levels: 1 });
    expect(betaStatistics([0, 0, 0], single).relativeEntropies).toEqual([]);
    expect(betaStatistics([0, 0, 0], single).entropy).toBe(0);
  });

  it('is 0 when every node is decided', () => {
    const { entropy, relativeEntropy } = betaStatistics([1e3, 0, 1e3, 0, 0, 1e3, 0], trellis());
    expect([entropy, relativeEntropy]).toEqual([0, 0]);
  });

  it('refuses another number of logits', () => {
    expect(() => betaStatistics([1], trellis())).toThrow('beta: expected 7 numbers, one per arrow');
  });
});

describe('familyShares', () => {
  it('groups operations by kind', () => {
    const { probability } = alphaStatistics(new Float32Array(10), SHAPE);
    const shares = familyShares(probability);
    expect(shares.none).toBeCloseTo(0.2, 12);
    expect(shares.skip).toBeCloseTo(0.2, 12);
    expect(shares.pool).toBeCloseTo(0.4, 12);
    expect(shares.convolution).toBeCloseTo(0.2, 12);
  });
});
