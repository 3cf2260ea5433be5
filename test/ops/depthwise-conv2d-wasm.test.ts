import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  depthwiseFilterGradientOnWasm,
  depthwiseInputGradientOnWasm,
} from '../../lib/ops/depthwise-conv2d-wasm.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const attributes = { stride: 2, rate: 1, padding: 'same' } as const;
const dy = () => tf.tensor4d([10, 100, 1000], [1, 1, 3, 1]);

describe('the gradients of a depthwise convolution of a row of 5 pixels with stride 2', () => {
  it('in the input: each pixel gets what it was multiplied with', () => {
    // Only the middle row of the filter, [1, 2, 3], meets the image.
    const filter = tf.tensor4d([9, 9, 9, 1, 2, 3, 9, 9, 9], [3, 3, 1, 1]);
    const shape = [1, 1, 5, 1];
    const dx = depthwiseInputGradientOnWasm(filter, dy(), { ...attributes, shape });
    // Output j sees pixels 2j − 1, 2j, 2j + 1.
    expect([...dx.dataSync()]).toEqual([20, 30 + 100, 200, 300 + 1000, 2000]);
  });

  it('in the filter: each tap gets the pixels that it saw', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5], [1, 1, 5, 1]);
    const shape = [3, 3, 1, 1];
    const gradient = depthwiseFilterGradientOnWasm(x, dy(), { ...attributes, shape });
    const left = 2 * 100 + 4 * 1000;
    const middle = 1 * 10 + 3 * 100 + 5 * 1000;
    const right = 2 * 10 + 4 * 100;
    expect([...gradient.dataSync()]).toEqual([0, 0, 0, left, middle, right, 0, 0, 0]);
  });
});
