/** The state of a program as bytes, for another process. */
import * as tf from '@tensorflow/tfjs-core';
import { ARRAY_TYPES, type NamedArray } from '../files/arrays.js';
import { safetensorsPieces } from '../files/safetensors.js';
import { LENGTH_BYTES, parseHeader } from '../files/safetensors-header.js';
import { arraysToTensors, tensorsToArrays } from '../files/tensor-arrays.js';
import type { Program } from '../runtime/program.js';
import { elementsOf } from '../tensors.js';

/** The whole state of a program, in the format of safetensors. */
export async function stateBytes(program: Program): Promise<Uint8Array> {
  const tensors = program.state();
  try {
    return Buffer.concat([...safetensorsPieces(await tensorsToArrays(tensors))]);
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * Puts such a state into a program.
 *
 * @throws {@link DataError} if the bytes are no state
 */
export function loadState(program: Program, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  const header = bytes.subarray(LENGTH_BYTES, start);
  const { entries } = parseHeader(header, bytes.length - start, 'the state of rank 0');
  const arrays = entries.map(({ name, dtype, shape, begin }): [string, NamedArray] => {
    const data = new ARRAY_TYPES[dtype].data(elementsOf(shape));
    const first = start + begin;
    new Uint8Array(data.buffer).set(bytes.subarray(first, first + data.byteLength));
    return [name, { dtype, shape, data }];
  });
  const tensors = arraysToTensors(Object.fromEntries(arrays));
  program.load(tensors);
  tf.dispose(tensors);
}
