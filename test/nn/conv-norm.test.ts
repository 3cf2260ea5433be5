import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { convNormRelu, reluConvNorm } from '../../lib/nn/conv-norm.js';
import type { Network } from '../../lib/nn/scope.js';
import { backends, useBackend } from '../helpers/backends.js';

const options = { filters: 1, norm: { epsilon: 0, momentum: 0.9 } };
const one = (value: number) => tf.tensor1d([value]);

/** Convolution by −2; batch norm that takes 1 off. */
const variables = () => ({
  weights: tf.tensor4d([-2], [1, 1, 1, 1]),
  'bn/gamma': one(1),
  'bn/beta': one(0),
  'bn/moving_mean': one(1),
  'bn/moving_variance': one(1),
});

function run(layer: typeof reluConvNorm): number[] {
  const network: Network = (scope, x) => layer(scope, x, options);
  const image = tf.tensor4d([-3, 4], [1, 1, 2, 1]);
  return [...applyNetwork(network, variables(), image).output.dataSync()];
}

describe.each(backends)('convolution and batch norm on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('reluConvNorm activates first', () => {
    expect(run(reluConvNorm)).toEqual([-1, -2 * 4 - 1]);
  });

  it('convNormRelu activates last', () => {
    expect(run(convNormRelu)).toEqual([-2 * -3 - 1, 0]);
  });
});
