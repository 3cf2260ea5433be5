/** Uniform random numbers as a pure function of a seed tensor. */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../random.js';
import { elementsOf } from '../tensors.js';
import type { KernelDefinition } from './kernel.js';
import { runKernel } from './kernel.js';

/** Attributes of the random kernel. */
export interface RandomUniformAttributes {
  readonly shape: readonly number[];
}

const statelessUniform: KernelDefinition<RandomUniformAttributes> = {
  name: 'AdlStatelessRandomUniform',
  attributes: ['shape'],
  shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
  native: ({ seed }, { shape }) => ({
    operation: 'StatelessRandomUniform',
    inputs: [shape, seed],
    attributes: {
      T: { kind: 'type', value: 'int32' },
      Tseed: { kind: 'type', value: 'int32' },
      dtype: { kind: 'type', value: 'float32' },
    },
  }),
  wasm: ({ seed }, { shape }) => {
    const [step, name] = seed.dataSync<'int32'>();
    const random = new Random(step >>> 0).fork(String(name));
    return tf.tensor(
      Float32Array.from({ length: elementsOf(shape) }, () => random.uniform()),
      [...shape],
    );
  },
};

/** The kernels of this file, for registration. */
export const randomKernels = [statelessUniform];

/**
 * Uniform random numbers from [0, 1) as a function of the seed; repeatable on the same backend.
 *
 * @param shape - shape of the result
 * @param seed - int32 `[2]`: one number for the step, one for the purpose
 * @returns float32 numbers of that shape, without gradient; the caller disposes them
 */
export function randomUniform(shape: readonly number[], seed: tf.Tensor1D): tf.Tensor {
  return runKernel(statelessUniform, { seed }, { shape })[0];
}
