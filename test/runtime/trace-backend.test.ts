import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { trace } from '../../lib/runtime/trace.js';
import { useBackend } from '../helpers/backends.js';

describe('the trace backend', () => {
  beforeAll(() => useBackend('wasm'));

  it('takes a copy, and a cast to the same type, for the value itself', () => {
    const { graph, result } = trace(
      ({ input }) => tf.cast(tf.clone(input('x', [2])), 'float32'),
      (y, valueOf) => valueOf(y),
    );
    expect(graph.nodes).toEqual([]);
    expect(result.source).toEqual({ kind: 'input', name: 'x' });
  });

  it('gives a reshaped value its own shape', () => {
    const { graph } = trace(
      ({ input }) => tf.exp(tf.reshape(input('x', [2, 3]), [6])),
      () => undefined,
    );
    expect(graph.nodes.map(({ outputs }) => outputs[0].shape)).toEqual([[6], [6]]);
  });

  it('keeps the values of constants, whichever backend made them', () => {
    const outside = tf.tensor1d([1, 2]);
    const { graph } = trace(
      () => tf.add(outside, tf.tensor1d([3, 4])),
      () => undefined,
    );
    expect(Object.values(graph.nodes[0].inputs).map(({ source }) => source)).toEqual([
      { kind: 'constant', data: Float32Array.of(1, 2) },
      { kind: 'constant', data: Float32Array.of(3, 4) },
    ]);
  });
});
