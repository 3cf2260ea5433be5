import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { batchNorm, statelessBatchNorm } from '../../lib/nn/batch-norm.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { useBackend } from '../helpers/backends.js';

/** One channel: mean 2, variance 1 (unbiased 2). */
const image = () => tf.tensor4d([1, 3], [2, 1, 1, 1]);
const one = (value: number) => tf.tensor1d([value]);

const variables = () => ({
  gamma: one(10),
  beta: one(100),
  moving_mean: one(-1),
  moving_variance: one(4),
});

const options = { epsilon: 0, momentum: 0.75 };
const values = (tensor: tf.Tensor) => [...tensor.dataSync()].map((x) => Math.round(1e3 * x) / 1e3);

describe('batchNorm', () => {
  beforeAll(() => useBackend('wasm'));

  const network: Network = (scope, x) => batchNorm(scope, x, options);

  it('normalises by the batch while training and moves its statistics', () => {
    const { output, updates } = applyNetwork(network, variables(), image(), {});
    expect(values(output)).toEqual([90, 110]);
    expect(values(updates.moving_mean)).toEqual([0.75 * -1 + 0.25 * 2]);
    expect(values(updates.moving_variance)).toEqual([0.75 * 4 + 0.25 * 2]);
  });

  it('normalises by moving statistics at inference, and when it is not tuned', () => {
    const expected = [100 + (10 * (1 + 1)) / 2, 100 + (10 * (3 + 1)) / 2];
    const inference = applyNetwork(network, variables(), image());
    expect(values(inference.output)).toEqual(expected);
    expect(inference.updates).toEqual({});
    const frozen: Network = (scope, x) => batchNorm(scope, x, { ...options, tuned: false });
    const training = applyNetwork(frozen, variables(), image(), {});
    expect(values(training.output)).toEqual(expected);
    expect(training.updates).toEqual({});
  });

  it('has two trained variables, without weight decay, unless it is not affine', () => {
    const trained = (affine: boolean) =>
      declareNetwork((scope, x) => batchNorm(scope, x, { ...options, affine }), [2, 1, 1, 1])
        .variables.filter(({ trainable }) => trainable)
        .map(({ name, decay }) => [name, decay]);
    expect(trained(true)).toEqual([
      ['gamma', false],
      ['beta', false],
    ]);
    expect(trained(false)).toEqual([]);
  });
});

describe('statelessBatchNorm', () => {
  beforeAll(() => useBackend('wasm'));

  it.each([
    [true, undefined, [90, 110]],
    [true, 0.5, [45, 55]],
    [false, undefined, [-1, 1]],
    [false, 0.5, [-0.5, 0.5]],
  ])('normalises by the batch, affine %s, factor %s', (affine, factor, expected) => {
    const network: Network = (scope, x) =>
      statelessBatchNorm(scope, x, {
        epsilon: 0,
        affine,
        factor: factor === undefined ? undefined : one(factor),
      });
    for (const training of [undefined, {}]) {
      expect(values(applyNetwork(network, variables(), image(), training).output)).toEqual(
        expected,
      );
    }
  });

  it('normalises each group of images by its own statistics', () => {
    const network: Network = (scope, x) =>
      statelessBatchNorm(scope, x, { epsilon: 0, affine: false, groups: 2 });
    const images = tf.tensor4d([1, 3, 10, 50], [4, 1, 1, 1]);
    expect(values(applyNetwork(network, {}, images).output)).toEqual([-1, 1, -1, 1]);
  });
});
