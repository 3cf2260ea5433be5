import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomUniform } from '../../lib/ops/random-uniform.js';
import { backends, useBackend } from '../helpers/backends.js';

describe.each(backends)('randomUniform on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const draw = (step: number, place: number) => [
    ...randomUniform([50, 40], tf.tensor1d([step, place], 'int32')).dataSync(),
  ];

  it('depends on both numbers of the seed, and on nothing else', () => {
    expect(draw(3, -7)).toEqual(draw(3, -7));
    expect(draw(3, -7)).not.toEqual(draw(4, -7));
    expect(draw(3, -7)).not.toEqual(draw(3, 7));
  });

  it('is uniform in [0, 1)', () => {
    const values = draw(1, 2);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // Of 2000 numbers; the standard deviation of the mean is 0.0065, that of each share 0.0097.
    expect(values.reduce((sum, value) => sum + value, 0) / 2000).toBeCloseTo(0.5, 1);
    for (const quarter of [0, 1, 2, 3]) {
      const share = values.filter((value) => Math.floor(4 * value) === quarter).length / 2000;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    }
  });
});
