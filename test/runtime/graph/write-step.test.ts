import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackendError } from '../../../lib/errors.js';
import { GraphBuilder } from '../../../lib/runtime/graph/graph-builder.js';
import { GraphDef } from '../../../lib/runtime/graph/graph-def.js';
import { writeStep } from '../../../lib/runtime/graph/write-step.js';
import { useBackend } from '../../helpers/backends.js';
import { traced } from '../../helpers/runtime/traced.js';

describe('writeStep', () => {
  beforeAll(() => useBackend('wasm'));

  it('makes placeholders of the inputs that are used, and names what to fetch', () => {
    const step = traced((_, { a, b }) => ({ outputs: { y: tf.exp(a), z: tf.neg(b) } }), ['a', 'b']);
    const written = writeStep(new GraphBuilder(new GraphDef()), 'test', step, new Map());
    expect(Object.keys(written.inputs)).toEqual(['a', 'b']); // `rate` is not used
    expect(Object.keys(written.outputs)).toEqual(['y', 'z']);
    expect(new Set(Object.values({ ...written.inputs, ...written.outputs })).size).toBe(4);
  });

  it('reads state where it is held, and refuses to change what is not', () => {
    const step = traced(({ s }) => ({ outputs: { s }, state: { s: tf.exp(s) } }), [], ['s']);
    const builder = new GraphBuilder(new GraphDef());
    const slot = { handle: 'h', value: 'v', dtype: 'float32' } as const;
    expect(writeStep(builder, 'test', step, new Map([['s', slot]])).inputs).toEqual({});
    expect(() => writeStep(builder, 'test', step, new Map())).toThrow(BackendError);
    expect(() => writeStep(builder, 'test', step, new Map())).toThrow(
      'compile test: expected a tensor of the state, got s; give it a first value',
    );
  });

  it('says which kernel has no TensorFlow form', () => {
    const step = traced((_, { a }) => ({ outputs: { y: tf.exp(a) } }), ['a']);
    const odd = { ...step.nodes[0], kernel: 'Odd' };
    expect(() =>
      writeStep(new GraphBuilder(new GraphDef()), 'test', { ...step, nodes: [odd] }, new Map()),
    ).toThrow('compile test: expected operations that have a TensorFlow form, got Odd');
  });
});
