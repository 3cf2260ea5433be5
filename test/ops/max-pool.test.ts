import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxPool3x3 } from '../../lib/ops/max-pool.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

describe.each(backends)('maxPool3x3 on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch(
    'pool',
    ({ x }, { stride }) => maxPool3x3(x as tf.Tensor4D, { stride }),
    ({ kind }) => kind === 'max',
  );
  itHasTheSlopes([
    { name: 'maximum pool', operation: ({ stride }, x) => maxPool3x3(x, { stride }) },
  ]);

  it('does not count pixels outside the image, not even as zero', () => {
    const x = tf.tensor4d([-1, -2, -3, -4, -5, -6], [1, 2, 3, 1]);
    expect([...maxPool3x3(x).dataSync()]).toEqual([-1, -1, -2, -1, -1, -2]);
  });

  it('passes the gradient to the first of equal pixels', () => {
    const x = tf.ones<tf.Rank.R4>([1, 1, 3, 1]);
    const gradient = tf.grad((image: tf.Tensor) => tf.sum(maxPool3x3(image as tf.Tensor4D)));
    expect([...gradient(x).dataSync()]).toEqual([2, 1, 0]);
  });
});
