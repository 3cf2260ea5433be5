/** Between tensors and the arrays of files: values are read out once, at this edge. */
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../errors.js';
import type { NamedTensors } from '../tensors.js';
import type { NamedArrays } from './arrays.js';

/**
 * Reads the values of tensors out, all at once.
 *
 * @param tensors - of type float32, int32 or bool; they stay the caller's
 * @throws {@link DataError} if a tensor has another type
 */
export async function tensorsToArrays(tensors: NamedTensors): Promise<NamedArrays> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const dtype: tf.DataType = tensor.dtype;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new DataError(
        `tensorsToArrays: expected float32, int32 or bool, got ${dtype} of "${name}"`,
      );
    }
    const data = await tensor.data<typeof dtype>();
    return [name, { dtype, shape: tensor.shape.slice(), data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Makes tensors of arrays.
 *
 * @returns one tensor for each array; the caller disposes them
 * @throws {@link DataError} if an array is not of type float32, int32 or bool
 */
export function arraysToTensors(arrays: NamedArrays): NamedTensors {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
        if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
          throw new DataError(
            `arraysToTensors: expected float32, int32 or bool, got ${dtype} of "${name}"`,
          );
        }
        return [name, tf.tensor(data as Float32Array | Int32Array | Uint8Array, [...shape], dtype)];
      }),
    ),
  );
}
