/** Traced steps over vectors of 1000 numbers, for the tests of the passes. */
import * as tf from '@tensorflow/tfjs-core';
import type { InputSpec, Step } from '../../../lib/runtime/program.js';
import type { TracedStep } from '../../../lib/runtime/trace-graph.js';
import { traceStep } from '../../../lib/runtime/trace-step.js';

/** Bytes of a vector. */
export const BYTES = 4 * 1000;

/**
 * Traces a step, passes that all steps get included.
 *
 * @param names - inputs that are vectors; there is also `rate`, a scalar
 * @param state - names of the state, vectors
 */
export function traced(
  step: Step,
  names: readonly string[],
  state: readonly string[] = [],
): TracedStep {
  const vector: InputSpec = { shape: [1000] };
  const zeros = state.map((name) => [name, tf.zeros([1000])] as const);
  const inputs = Object.fromEntries(names.map((name) => [name, vector]));
  return traceStep({ step, inputs: { ...inputs, rate: { shape: [] } } }, Object.fromEntries(zeros));
}

/** The kernels of a step, in order. */
export const kernelsOf = ({ nodes }: TracedStep) => nodes.map(({ kernel }) => kernel);
