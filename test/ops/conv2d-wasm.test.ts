import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { convOnWasm, tapView } from '../../lib/ops/conv2d-wasm.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const numbers = (height: number, width: number) =>
  tf.reshape<tf.Rank.R4>(tf.range(0, height * width), [1, height, width, 1]);

describe('tapView', () => {
  it('takes the pixels that a tap sees, with and without a stride', () => {
    const x = numbers(4, 5);
    expect([...tapView(x, 1, 2, 2, 3, 1).dataSync()]).toEqual([7, 8, 9, 12, 13, 14]);
    expect([...tapView(x, 1, 0, 2, 3, 2).dataSync()]).toEqual([5, 7, 9, 15, 17, 19]);
  });
});

describe('convOnWasm', () => {
  it('convolves each part of a grouped convolution with its own channels', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]);
    const filter = tf.tensor4d([1, 10, 100, 1000], [1, 1, 2, 2]);
    // Two parts of two channels, one filter each: [1, 100] for the first, [10, 1000] for the second.
    const y = convOnWasm(x, filter, { stride: 1, rate: 1, padding: 'valid' });
    expect([...y.dataSync()]).toEqual([1 + 200, 30 + 4000]);
  });
});
