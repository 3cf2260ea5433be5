import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { areFinite, gradientSquares } from '../../lib/optimizer/finite.js';
import { backends, useBackend } from '../helpers/backends.js';

describe.each(backends)('finite steps on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('give the squared norms in the order of the parameters', () => {
    const gradients = { b: tf.tensor1d([3, 4]), a: tf.tensor2d([[1], [-2]]) };
    expect([...gradientSquares(gradients, ['a', 'none', 'b']).dataSync()]).toEqual([5, 0, 25]);
    expect(gradientSquares({ a: tf.scalar(2e19) }, ['a']).dataSync()[0]).toBe(Infinity);
  });

  it.each([
    [true, [1, -1e30, 0]],
    [false, [1, NaN]],
    [false, [Infinity]],
    [false, [-Infinity, 3]],
    [false, [Infinity, -Infinity]],
  ])('are %s for %s', (isFinite, values) => {
    const [first, ...others] = values;
    const tensors = [tf.scalar(first), tf.tensor1d([0, ...others])];
    expect(Boolean(areFinite(tensors).dataSync()[0])).toBe(isFinite);
  });
});
