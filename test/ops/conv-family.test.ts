import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { defineConvKernels } from '../../lib/ops/conv-family.js';
import { convOnWasm } from '../../lib/ops/conv2d-wasm.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const { forward, inputGradient, filterGradient } = defineConvKernels({
  name: 'TestConv',
  operation: 'TestOperation',
  filters: ([, , , filters]) => filters,
  forwardOnWasm: convOnWasm,
  inputGradientOnWasm: convOnWasm,
  filterGradientOnWasm: convOnWasm,
  fastFilterGradient: (x, dy, { stride }) =>
    stride === 1 ? { operation: 'Fast', inputs: [x, dy], attributes: {} } : undefined,
});

const attributes = { stride: 2, rate: 1, padding: 'same' } as const;
const x = () => tf.zeros([2, 9, 7, 4]);
const filter = () => tf.zeros([3, 3, 4, 5]);
const dy = () => tf.zeros([2, 5, 4, 5]);

describe('defineConvKernels', () => {
  it('names the gradients after the forward kernel and operation', () => {
    expect([inputGradient.name, filterGradient.name]).toEqual([
      'TestConvInputGradient',
      'TestConvFilterGradient',
    ]);
    const { operation, inputs } = inputGradient.native(
      { filter: filter(), dy: dy() },
      { ...attributes, shape: [2, 9, 7, 4] },
    );
    expect([operation, inputs[0]]).toEqual(['TestOperationBackpropInput', [2, 9, 7, 4]]);
  });

  it('knows the shape of the result', () => {
    expect(forward.shape({ x: x(), filter: filter() }, attributes)).toEqual([
      { shape: [2, 5, 4, 5], dtype: 'float32' },
    ]);
  });

  it('takes the fast form of the filter gradient where there is one', () => {
    const call = (stride: number) =>
      filterGradient.native({ x: x(), dy: dy() }, { ...attributes, stride, shape: [3, 3, 4, 5] });
    expect(call(1).operation).toBe('Fast');
    expect(call(2).operation).toBe('TestOperationBackpropFilter');
  });
});
