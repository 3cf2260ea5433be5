import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { clipByGlobalNorm, globalNorm } from '../../lib/optimizer/clip.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const context = { learningRate: undefined as unknown as tf.Scalar };
const list = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('globalNorm', () => {
  it('takes all tensors as one vector', () => {
    expect(globalNorm({ a: tf.tensor1d([2, 3]), b: tf.tensor2d([[6]]) }).dataSync()[0]).toBe(7);
    expect(globalNorm({}).dataSync()[0]).toBe(0);
  });
});

describe('clipByGlobalNorm', () => {
  it('scales a larger gradient to the limit and leaves a smaller one as it is', () => {
    const g = { a: tf.tensor1d([3, 4]) };
    expect(list(clipByGlobalNorm(1).update(g, {}, g, context).updates.a)[1]).toBeCloseTo(0.8, 5);
    expect(list(clipByGlobalNorm(6).update(g, {}, g, context).updates.a)).toEqual([3, 4]);
  });

  it('leaves a zero gradient zero', () => {
    const g = { a: tf.tensor1d([0, 0]) };
    expect(list(clipByGlobalNorm(1).update(g, {}, g, context).updates.a)).toEqual([0, 0]);
  });

  it.each([0, -1, NaN])('refuses the limit %d', (limit) => {
    expect(() => clipByGlobalNorm(limit)).toThrow('expected a limit above 0');
  });
});
