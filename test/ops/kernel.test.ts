import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  registerGradientOf,
  registerKernelFor,
  runKernel,
  type KernelDefinition,
} from '../../lib/ops/kernel.js';
import { backends, useBackend } from '../helpers/backends.js';

/** x ↦ factor · x, with a gradient that says that it ran: 100 times too large. */
const scaled: KernelDefinition<{ readonly factor: number }> = {
  name: 'TestScaled',
  attributes: ['factor'],
  shape: ({ x }) => [{ shape: x.shape, dtype: 'float32' }],
  native: ({ x }, { factor }) => ({
    operation: factor === 0 ? 'ZerosLike' : 'Neg',
    inputs: [x],
    attributes: { T: { kind: 'type', value: 'float32' } },
  }),
  wasm: ({ x }, { factor }) => tf.mul(x, factor),
  gradient: {
    gradFunc: (dy, _saved, attrs) => ({
      x: () => tf.mul(dy as tf.Tensor, 100 * (attrs as unknown as { factor: number }).factor),
    }),
  },
};

describe.each(backends)('a kernel of our own on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
    registerKernelFor(scaled, backend);
    registerKernelFor(scaled, backend); // a second time is harmless
    registerGradientOf(scaled);
    registerGradientOf(scaled);
  });

  it('runs by its form for the backend and leaves nothing else behind', () => {
    const x = tf.tensor1d([1, -2]);
    const before = tf.memory().numTensors;
    const outputs = runKernel(scaled, { x }, { factor: -1 });
    expect(outputs.map((tensor) => [...tensor.dataSync()])).toEqual([[-1, 2]]);
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  it('is differentiated by its own gradient', () => {
    const gradient = tf.grad((x: tf.Tensor) => runKernel(scaled, { x }, { factor: -1 })[0]);
    expect([...gradient(tf.tensor1d([1, 1])).dataSync()]).toEqual([-100, -100]);
  });
});
