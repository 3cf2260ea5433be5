import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { resizeBilinear } from '../../lib/ops/resize.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

describe.each(backends)('resizeBilinear on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('resize-bilinear', ({ x }, { size }) => resizeBilinear(x as tf.Tensor4D, size));
  itHasTheSlopes([
    {
      name: 'resize',
      operation: ({ height, width }, x) => resizeBilinear(x, [height + 4, width - 2]),
    },
  ]);

  it('keeps corners, interpolates between them, and returns an image of that size as it is', () => {
    const x = tf.tensor4d([0, 4, 8, 12], [1, 2, 2, 1]);
    expect([...resizeBilinear(x, [3, 3]).dataSync()]).toEqual([0, 2, 4, 4, 6, 8, 8, 10, 12]);
    expect(resizeBilinear(x, [2, 2])).toBe(x);
  });
});
