import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batchNormGradientOnWasm, batchNormOnWasm } from '../../lib/ops/batch-norm-wasm.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const attributes = { epsilon: 0 };
const x = () => tf.tensor4d([1, 3], [2, 1, 1, 1]);

describe('batchNormOnWasm', () => {
  it("returns TensorFlow's six outputs", () => {
    const [one, empty] = [tf.tensor1d([2]), tf.zeros([0])];
    const outputs = batchNormOnWasm(x(), one, tf.tensor1d([10]), empty, attributes);
    // Mean 2, variance 1 (unbiased 2): y = 2 · (∓1) + 10.
    expect(outputs.map((tensor) => [...tensor.dataSync()])).toEqual([
      [8, 12],
      [2],
      [2],
      [2],
      [1],
      [],
    ]);
  });
});

describe('batchNormGradientOnWasm', () => {
  it('is zero in x for two pixels, whose normalised values are always ∓1', () => {
    const dy = tf.tensor4d([5, 7], [2, 1, 1, 1]);
    const [scale, mean, variance] = [2, 2, 1].map((value) => tf.tensor1d([value]));
    const outputs = batchNormGradientOnWasm(dy, x(), scale, mean, variance, attributes);
    const [dx, dscale, doffset] = outputs.map((tensor) => [...tensor.dataSync()]);
    expect(dx).toEqual([0, 0]);
    expect(dscale).toEqual([7 - 5]);
    expect(doffset).toEqual([5 + 7]);
  });
});
