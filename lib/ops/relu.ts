/** ReLU whose gradient is one kernel and needs the output only. */
import * as tf from '@tensorflow/tfjs-core';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';
import { floatType } from './native-call.js';

const gradient: KernelDefinition<object> = {
  name: 'AdlReluGradient',
  attributes: [],
  shape: ({ dy }) => [{ shape: sizes(dy), dtype: 'float32' }],
  native: ({ dy, y }) => ({
    operation: 'ReluGrad',
    inputs: [dy, y],
    attributes: { T: floatType },
  }),
  wasm: ({ dy, y }) => tf.mul(dy, tf.step(y)),
};

const forward: KernelDefinition<object> = {
  name: 'AdlRelu',
  attributes: [],
  shape: ({ x }) => [{ shape: sizes(x), dtype: 'float32' }],
  native: ({ x }) => ({ operation: 'Relu', inputs: [x], attributes: { T: floatType } }),
  wasm: ({ x }) => tf.relu(x),
  gradient: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => runKernel(gradient, { dy: dy as tf.Tensor, y }, {})[0] }),
  },
};

/** The kernels of this file, for registration. */
export const reluKernels = [forward, gradient];

/** max(x, 0), element by element; the gradient is one kernel, in tfjs three. */
export function relu<T extends tf.Tensor>(x: T): T {
  return runKernel(forward, { x }, {})[0] as T;
}
