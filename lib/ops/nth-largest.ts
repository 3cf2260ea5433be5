/** The n-th largest number of a list, without sorting it. */
import * as tf from '@tensorflow/tfjs-core';
import { runKernel, type KernelDefinition } from './kernel.js';
import { floatType } from './native-call.js';

/** The value at place `n` of `values` in descending order, counted from 0. */
const nthLargestKernel: KernelDefinition<object> = {
  name: 'AdlNthLargest',
  attributes: [],
  shape: () => [{ shape: [], dtype: 'float32' }],
  native: ({ values, n }) => ({
    operation: 'NthElement',
    inputs: [values, n],
    attributes: { T: floatType, reverse: { kind: 'bool', value: true } },
  }),
  wasm: ({ values, n }) => {
    const [place] = n.dataSync<'int32'>();
    const ascending = values.dataSync<'float32'>().slice().sort();
    return tf.scalar(ascending[ascending.length - 1 - place]);
  },
};

/** The kernels of this file, for registration. */
export const nthLargestKernels = [nthLargestKernel];

/**
 * The n-th largest of some numbers; it has no gradient.
 *
 * @param values - `[count]`
 * @param n - an int32 scalar from 0, the largest, to count − 1
 * @returns a scalar; the caller disposes it
 */
export function nthLargest(values: tf.Tensor1D, n: tf.Scalar): tf.Scalar {
  const [value] = runKernel(nthLargestKernel, { values, n }, {});
  return value as tf.Scalar;
}
