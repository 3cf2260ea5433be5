import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../lib/runtime/compile.js';
import { BackendError } from '../../../lib/errors.js';
import { kernels } from '../../../lib/ops/register.js';
import { checkAttributes, tracedKernels } from '../../../lib/runtime/kernels/kernels.js';
import type { Program, StepDefinition } from '../../../lib/runtime/program.js';
import { trace } from '../../../lib/runtime/trace.js';
import { anySizeKernels } from '../../../lib/runtime/kernels/any-size.js';
import { productKernels } from '../../../lib/runtime/kernels/products.js';
import { replicaKernels } from '../../../lib/runtime/kernels/replicas.js';
import { backends, useBackend } from '../../helpers/backends.js';
import {
  inputSpecs,
  inputValues,
  kernelCases,
  outputsOf,
  type Inputs,
} from '../../helpers/runtime/kernel-cases.js';

const cases = kernelCases.map(({ kernel, compute }, i) => ({ kernel, compute, step: `step${i}` }));

const shapesOf = (tensors: Readonly<Record<string, Pick<tf.Tensor, 'shape' | 'dtype'>>>) =>
  Object.values(tensors).map(({ shape, dtype }) => ({ shape, dtype }));

describe('the kernels that a step may use', () => {
  beforeAll(() => useBackend(backends[0]));

  it('are tested one by one', () => {
    // A copy is the same value: a trace has no `Identity`. `BiasAdd`, products and those of replicas are passes'
    // work (test/runtime/passes), those of any size have no eager form (test/export).
    const unlike = { ...productKernels, ...replicaKernels, ...anySizeKernels };
    const elsewhere = ['Identity', 'BiasAdd', ...Object.keys(unlike)];
    const tested = new Set([...cases.map(({ kernel }) => kernel), ...elsewhere]);
    expect([...tracedKernels.keys()].filter((kernel) => !tested.has(kernel))).toEqual([]);
  });

  it('refuse an attribute that they do not read', () => {
    expect(() => {
      checkAttributes('Sum', ['axis'], { axis: 0, weights: 2 });
    }).toThrow('expected a call of Sum with no attributes but axis, got weights');
    checkAttributes('Sum', ['axis'], { axis: 0, weights: undefined });
    const call = (kernel: string, attributes: tf.NamedAttrMap) =>
      trace(
        ({ input }) =>
          tf.engine().runKernel<tf.Tensor>(kernel, { x: input('x', [2, 3]) }, attributes),
        ({ shape }) => shape,
      );
    expect(call('Sum', { axis: 1, keepDims: false }).result).toEqual([2]);
    for (const name of [...tracedKernels.keys(), ...kernels.map(({ name }) => name)]) {
      expect(() => call(name, { unheardOf: 1 }), name).toThrow(BackendError);
    }
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

describe.runIf(backends.includes('tensorflow'))('a compiled kernel', () => {
  let program: Program;

  beforeAll(async () => {
    await useBackend('tensorflow');
    const steps = cases.map(({ step, compute }): [string, StepDefinition] => [
      step,
      {
        inputs: inputSpecs,
        step: (_, inputs) => ({ outputs: outputsOf(compute(inputs as Inputs)) }),
      },
    ]);
    program = compile({}, Object.fromEntries(steps), { mode: 'graph' });
  });

  afterAll(() => {
    program.dispose();
  });

  it.each(cases)('computes what tfjs computes: $kernel ($step)', ({ compute, step }) => {
    tf.tidy(() => {
      const expected = outputsOf(compute(inputValues()));
      const actual = program.run(step, inputValues());
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, tensor] of Object.entries(expected)) {
        expect(actual[name].shape).toEqual(tensor.shape);
        expect(actual[name].dtype).toBe(tensor.dtype);
        const values = actual[name].dataSync();
        tensor.dataSync().forEach((value, i) => {
          expect(values[i]).toBeCloseTo(value, 5);
        });
      }
    });
  });
});
