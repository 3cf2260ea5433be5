import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { avgPool3x3 } from '../../lib/ops/avg-pool.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

describe.each(backends)('avgPool3x3 on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch(
    'pool',
    ({ x }, { stride }) => avgPool3x3(x as tf.Tensor4D, { stride }),
    ({ kind }) => kind === 'avg',
  );
  itHasTheSlopes([
    { name: 'average pool', operation: ({ stride }, x) => avgPool3x3(x, { stride }) },
  ]);

  it('does not count pixels outside the image', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    // Corners average four pixels, the middle column all six.
    expect([...avgPool3x3(x).dataSync()]).toEqual([3, 3.5, 4, 3, 3.5, 4]);
    expect([...avgPool3x3(x, { stride: 2 }).dataSync()]).toEqual([3, 4]);
  });
});
