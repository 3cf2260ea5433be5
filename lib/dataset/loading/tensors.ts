/** From a batch of plain arrays to tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from './batch.js';

/** A batch on the backend. */
export interface TensorBatch {
  /** `[batch, height, width, 3]`, float32 from −1 to 1. */
  readonly images: tf.Tensor4D;
  /** `[batch, height, width]`, int32 train ids. */
  readonly labels: tf.Tensor3D;
}

/**
 * Copies a batch to the current backend.
 *
 * @returns two tensors, which the caller disposes
 */
export function toTensors(batch: Batch): TensorBatch {
  const { images, labels, ids, height, width } = batch;
  return {
    images: tf.tensor4d(images, [ids.length, height, width, 3], 'float32'),
    labels: tf.tensor3d(labels, [ids.length, height, width], 'int32'),
  };
}
