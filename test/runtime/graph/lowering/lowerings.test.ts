import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../../lib/runtime/compile.js';
import { lowerings } from '../../../../lib/runtime/graph/lowering/lowerings.js';
import type { Program, StepDefinition } from '../../../../lib/runtime/program.js';
import { shapeRules } from '../../../../lib/runtime/shape-rules.js';
import { backends, useBackend } from '../../../helpers/backends.js';
import {
  inputSpecs,
  inputValues,
  kernelCases,
  outputsOf,
  type Inputs,
} from '../../../helpers/runtime/kernel-cases.js';

const cases = kernelCases.map(({ kernel, compute }, i) => ({ kernel, compute, step: `step${i}` }));

describe('lowerings', () => {
  it('are tested one by one', () => {
    const tested = new Set(cases.map(({ kernel }) => kernel));
    expect([...lowerings.keys()].filter((kernel) => !tested.has(kernel))).toEqual([]);
  });

  it('are there for every kernel that can be traced', () => {
    const traceable = [...shapeRules.keys()].filter((kernel) => kernel !== 'Identity');
    expect([...lowerings.keys()].sort()).toEqual(traceable.sort());
  });
});

describe.runIf(backends.includes('tensorflow'))('a lowering', () => {
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
