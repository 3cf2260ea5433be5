import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { toTensors } from '../../../lib/dataset/loading/tensors.js';
import { useBackend } from '../../../lib/backend/use-backend.js';

beforeAll(async () => {
  await useBackend('wasm');
});

describe('toTensors', () => {
  it('gives images and labels their shapes and types, two tensors in all', async () => {
    const before = tf.memory().numTensors;
    const { images, labels } = toTensors({
      height: 1,
      width: 2,
      images: Float32Array.from({ length: 12 }, (_, i) => i / 12),
      labels: Int32Array.of(0, 1, 255, 2),
      ids: ['a', 'b'],
      sizes: [],
    });
    expect(images.shape).toEqual([2, 1, 2, 3]);
    expect(images.dtype).toBe('float32');
    expect(labels.shape).toEqual([2, 1, 2]);
    expect(labels.dtype).toBe('int32');
    expect([...(await labels.data())]).toEqual([0, 1, 255, 2]);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([images, labels]);
  });
});
