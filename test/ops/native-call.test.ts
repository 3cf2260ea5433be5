import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { floatType, isConstantInput, runNative } from '../../lib/ops/native-call.js';
import { backends, useBackend } from '../helpers/backends.js';

describe('isConstantInput', () => {
  it('is true for numbers and lists, false for tensors', () => {
    expect([isConstantInput(0), isConstantInput([2, 3])]).toEqual([true, true]);
    expect(isConstantInput({ dataId: {}, shape: [], dtype: 'float32' })).toBe(false);
  });
});

describe.runIf(backends.includes('tensorflow'))('runNative', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('runs a call with constant operands and several outputs, and frees the constants', () => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const before = tf.memory().numTensors;
    const outputs = runNative(tf.backend(), {
      operation: 'Split',
      inputs: [0, x],
      attributes: { num_split: { kind: 'int', value: 2 }, T: floatType },
      outputs: 2,
    });
    expect(outputs.map((tensor) => [...tensor.dataSync()])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tf.memory().numTensors).toBe(before + 2);
  });
});
