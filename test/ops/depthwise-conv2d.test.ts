import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { depthwiseConv2d, subsample } from '../../lib/ops/depthwise-conv2d.js';
import { hasNativeKernel } from '../../lib/ops/native-kernels.js';
import { backends, useBackend } from '../helpers/backends.js';
import { differentiate, distance, image, withoutOwnKernels } from '../helpers/ops/compare.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

describe.each(backends)('depthwiseConv2d on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('depthwise', ({ x, weights }, { stride, rate }) =>
    depthwiseConv2d(x as tf.Tensor4D, weights as tf.Tensor4D, { stride, rate }),
  );
  itHasTheSlopes([
    {
      name: 'depthwise',
      operands: [[5, 5, 4, 1]],
      operation: ({ stride }, x, w) => depthwiseConv2d(x, w, { stride }),
    },
    {
      name: 'depthwise, rate 2',
      operands: [[3, 3, 4, 1]],
      operation: ({ stride }, x, w) => depthwiseConv2d(x, w, { stride, rate: 2 }),
    },
  ]);

  it('refuses a filter of other channels', () => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 2]);
    const filter = tf.zeros<tf.Rank.R4>([3, 3, 3, 1]);
    expect(() => depthwiseConv2d(x, filter)).toThrow(ShapeError);
    expect(() => depthwiseConv2d(x, filter)).toThrow('expected a filter [k, k, 2, 1]');
  });

  it('takes every n-th pixel with subsample', () => {
    const x = tf.reshape<tf.Rank.R4>(tf.range(0, 20), [1, 4, 5, 1]);
    expect([...subsample(x, 2).dataSync()]).toEqual([0, 2, 4, 10, 12, 14]);
  });
});

describe.runIf(backends.includes('tensorflow'))('the kernel of our own', () => {
  beforeAll(() => useBackend('tensorflow'));

  it.each([
    [3, [1, 1, 1, 1]],
    [3, [2, 6, 9, 16]],
    [5, [2, 7, 4, 31]],
    [3, [2, 5, 6, 8]],
    [5, [1, 2, 3, 40]],
    [7, [1, 11, 8, 5]],
  ])(
    "computes TensorFlow's gradient of a depthwise filter of %d pixels for images %j",
    (kernel: number, shape: number[]) => {
      tf.tidy(() => {
        const x = image('3', shape);
        const filter = image('4', [kernel, kernel, shape[3], 1]);
        const gradient = () =>
          differentiate((f) => depthwiseConv2d(x, f as tf.Tensor4D), [filter])[1];
        const ours = gradient();
        withoutOwnKernels(() => {
          expect(hasNativeKernel('AdlDepthwiseFilterGradient')).toBe(false);
          expect(distance(ours, gradient())).toBeLessThan(1e-5);
        });
      });
    },
  );
});
