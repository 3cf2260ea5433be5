import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { arraysToTensors, tensorsToArrays } from '../../lib/files/tensor-arrays.js';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

describe('tensorsToArrays and arraysToTensors', () => {
  it('keep type, shape and values', async () => {
    const tensors = {
      'stem/weights': tf.tensor2d([
        [1, 2, 3],
        [4, 5, 0.5],
      ]),
      scalar: tf.scalar(7, 'int32'),
      flags: tf.tensor1d([true, false], 'bool'),
      empty: tf.zeros([0, 2]),
    };
    const arrays = await tensorsToArrays(tensors);
    expect(arrays).toEqual({
      'stem/weights': {
        dtype: 'float32',
        shape: [2, 3],
        data: Float32Array.of(1, 2, 3, 4, 5, 0.5),
      },
      scalar: { dtype: 'int32', shape: [], data: Int32Array.of(7) },
      flags: { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
      empty: { dtype: 'float32', shape: [0, 2], data: new Float32Array() },
    });
    expect(await tensorsToArrays(arraysToTensors(arrays))).toEqual(arrays);
  });

  it('make one tensor for each array and no other', () => {
    const before = tf.memory().numTensors;
    const tensors = arraysToTensors({
      a: { dtype: 'float32', shape: [1], data: Float32Array.of(1) },
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose(tensors);
  });

  it('give a copy, which later changes of the tensor do not touch', async () => {
    const data = Float32Array.of(1, 2);
    const tensors = arraysToTensors({ a: { dtype: 'float32', shape: [2], data } });
    data[0] = 9;
    expect((await tensorsToArrays(tensors)).a?.data[0]).toBe(1);
  });

  it('refuse types that tensors do not have, naming the array', async () => {
    const array = { dtype: 'float64', shape: [1], data: new Float64Array(1) } as const;
    expect(() => arraysToTensors({ x: array })).toThrow('got float64 of "x"');
    await expect(tensorsToArrays({ y: tf.tensor1d(['text']) })).rejects.toThrow(DataError);
  });
});
