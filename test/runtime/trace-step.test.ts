import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { traceStep } from '../../lib/runtime/trace-step.js';
import { useBackend } from '../helpers/backends.js';
import { kernelsOf } from '../helpers/runtime/traced.js';

describe('traceStep', () => {
  beforeAll(() => useBackend('wasm'));

  it('keeps the kernels that results need, in order, and drops the others', () => {
    const step = traceStep(
      {
        inputs: { x: { shape: [2] } },
        step: ({ s }, { x }) => {
          tf.tanh(x);
          const sum = tf.exp(tf.sub(s, x));
          return { outputs: { y: tf.neg(sum) }, state: { s: tf.square(sum) } };
        },
      },
      { s: tf.zeros([2]) },
    );
    expect(kernelsOf(step)).toEqual(['Sub', 'Exp', 'Neg', 'Square']);
    expect(step.outputs.map(([name]) => name)).toEqual(['y']);
    expect(step.changes.map(([name]) => name)).toEqual(['s']);
  });

  it('lets inputs and state pass through unchanged', () => {
    const step = traceStep(
      { inputs: { x: { shape: [2] } }, step: ({ s }, { x }) => ({ outputs: { s, x } }) },
      { s: tf.zeros([3]) },
    );
    expect(step.nodes).toEqual([]);
    expect(step.outputs.map(([, { source, shape }]) => [source, shape])).toEqual([
      [{ kind: 'state', name: 's' }, [3]],
      [{ kind: 'input', name: 'x' }, [2]],
    ]);
  });
});
