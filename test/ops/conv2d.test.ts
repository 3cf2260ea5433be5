import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch, type TorchOperation } from '../helpers/ops/torch.js';

const convolution: TorchOperation = ({ x, weights }, { stride, rate }) =>
  conv2d(x as tf.Tensor4D, weights as tf.Tensor4D, { stride, rate });

describe.each(backends)('conv2d on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('conv2d', convolution);
  itEqualsTorch('grouped', convolution);
  itHasTheSlopes([
    {
      name: 'conv2d',
      operands: [[3, 3, 4, 2]],
      operation: ({ stride }, x, w) => conv2d(x, w, { stride }),
    },
    {
      name: 'conv2d, rate 2',
      operands: [[3, 3, 4, 2]],
      operation: ({ stride }, x, w) => conv2d(x, w, { stride, rate: 2 }),
    },
    {
      name: 'grouped conv2d',
      operands: [[3, 3, 2, 6]],
      operation: ({ stride }, x, w) => conv2d(x, w, { stride }),
    },
  ]);
});

describe('conv2d', () => {
  const x = () => tf.zeros<tf.Rank.R4>([1, 4, 4, 6]);
  const filter = (...shape: [number, number, number, number]) => tf.zeros<tf.Rank.R4>(shape);

  it('refuses channels that do not divide, even kernels and strides that are not whole', () => {
    expect(() => conv2d(x(), filter(3, 3, 4, 8))).toThrow(ShapeError);
    expect(() => conv2d(x(), filter(3, 3, 2, 8))).toThrow('the groups to divide the 8 filters');
    expect(() => conv2d(x(), filter(2, 2, 6, 8))).toThrow('conv2d: expected an odd kernel size');
    expect(() => conv2d(x(), filter(3, 3, 6, 8), { stride: 1.5 })).toThrow(
      'got stride 1.5, rate 1',
    );
  });
});
