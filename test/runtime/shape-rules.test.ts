import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { shapeRules } from '../../lib/runtime/shape-rules.js';
import { trace } from '../../lib/runtime/trace.js';
import { backends, useBackend } from '../helpers/backends.js';
import {
  inputSpecs,
  inputValues,
  kernelCases,
  outputsOf,
  type Inputs,
} from '../helpers/runtime/kernel-cases.js';

const shapesOf = (tensors: Readonly<Record<string, Pick<tf.Tensor, 'shape' | 'dtype'>>>) =>
  Object.values(tensors).map(({ shape, dtype }) => ({ shape, dtype }));

describe('shape rules', () => {
  beforeAll(() => useBackend(backends[0]));

  it('are tested one by one', () => {
    // A copy is the same value: a trace has no `Identity`.
    const tested = new Set([...kernelCases.map(({ kernel }) => kernel), 'Identity']);
    expect([...shapeRules.keys()].filter((kernel) => !tested.has(kernel))).toEqual([]);
  });

  it.each(kernelCases)('foresee the shape and type of the result: $kernel', (case_) => {
    const { graph, result } = trace(
      ({ input }) => {
        const inputs = Object.entries(inputSpecs).map(([name, { shape, ...type }]) => [
          name,
          input(name, shape, 'dtype' in type ? type.dtype : 'float32'),
        ]);
        return outputsOf(case_.compute(Object.fromEntries(inputs) as Inputs));
      },
      (outputs) => shapesOf(outputs),
    );
    expect(graph.nodes.map(({ kernel }) => kernel)).toContain(case_.kernel);
    tf.tidy(() => {
      expect(result).toEqual(shapesOf(outputsOf(case_.compute(inputValues()))));
    });
  });
});
