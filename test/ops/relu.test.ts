import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { relu } from '../../lib/ops/relu.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';

describe.each(backends)('relu on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itHasTheSlopes([{ name: 'relu', operation: (_, x) => relu(tf.add(x, 0.01)) }]);

  it('is max(x, 0), with no gradient at 0 and below', () => {
    const x = tf.tensor1d([-2, 0, 3]);
    expect([...relu(x).dataSync()]).toEqual([0, 0, 3]);
    const gradient = tf.grad((tensor: tf.Tensor) => tf.sum(tf.mul(relu(tensor), 5)));
    expect([...gradient(x).dataSync()]).toEqual([0, 0, 5]);
  });
});
