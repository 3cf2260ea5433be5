import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import type { Network } from '../../lib/nn/scope.js';
import { tidyAtInference } from '../../lib/nn/tidy.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('tidyAtInference', () => {
  const network: Network = (scope, x) =>
    tidyAtInference(scope, () => tf.exp<tf.Tensor4D>(tf.square(tf.neg(x))));

  it.each([
    ['frees intermediate tensors at inference', undefined, 1],
    ['keeps them while training, for the gradient', {}, 3],
  ] as const)('%s', (_, training, count) => {
    const image = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      applyNetwork(network, {}, image, training);
      expect(tf.memory().numTensors).toBe(before + count);
    });
  });
});
