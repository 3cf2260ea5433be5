import { describe, expect, it } from 'vitest';
import {
  constant,
  depthwiseUniform,
  fanInUniform,
  normal,
  truncatedNormal,
  xavierUniform,
  type Initializer,
} from '../../lib/nn/initializers.js';
import { Random } from '../../lib/random.js';

const SHAPE = [3, 3, 16, 32];

/** Largest magnitude and standard deviation of 4608 first values. */
function spread(initializer: Initializer, shape = SHAPE) {
  const values = initializer(shape, new Random(1));
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return {
    count: values.length,
    bound: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    deviation: Math.sqrt(squares / values.length),
  };
}

describe('first values', () => {
  it.each([
    // Fan in 3·3·16 = 144, fan out 3·3·32 = 288.
    ['fanInUniform', fanInUniform, SHAPE, 1 / 12],
    ['xavierUniform', xavierUniform, SHAPE, Math.sqrt(6 / (144 + 288))],
    ['depthwiseUniform', depthwiseUniform, [5, 5, 200, 1], 1 / 5],
  ] as const)('are uniform up to the bound of %s', (_, initializer, shape, bound) => {
    const found = spread(initializer, [...shape]);
    expect(found.bound).toBeLessThanOrEqual(bound);
    expect(found.bound).toBeGreaterThan(0.99 * bound);
    expect(found.deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it('are normal with the given deviation, or cut off at two of them', () => {
    const free = spread(normal(0.1));
    expect(free.deviation).toBeCloseTo(0.1, 2);
    expect(free.bound).toBeGreaterThan(0.25);
    const cut = spread(truncatedNormal(0.1));
    expect(cut.bound).toBeLessThanOrEqual(0.2);
    // The standard deviation of a normal distribution cut off at ±2 is 0.8796.
    expect(cut.deviation).toBeCloseTo(0.08796, 2);
  });

  it('are one constant', () => {
    expect(constant(0.5)([2, 2], new Random(0))).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
  });
});
