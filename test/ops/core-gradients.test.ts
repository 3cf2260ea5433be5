import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import { relu } from '../../lib/ops/relu.js';

// A file of its own: another test in this process would have loaded tfjs's gradients already.
it('differentiates tfjs kernels in a process that never loads the native backend', async () => {
  await useBackend('wasm');
  const gradient = tf.tidy(() =>
    tf
      .grad((x: tf.Tensor) => tf.sum(tf.div(relu(x), tf.scalar(4))))(tf.tensor1d([-1, 2]))
      .dataSync(),
  );
  expect([...gradient]).toEqual([0, 0.25]);
});
