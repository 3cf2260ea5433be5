import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../lib/runtime/program.js';
import { trace } from '../../lib/runtime/trace.js';
import { traceStep } from '../../lib/runtime/trace-step.js';
import { backends, useBackend } from '../helpers/backends.js';

describe('trace', () => {
  beforeAll(() => useBackend(backends[0]));

  it('records kernels, shapes and where values come from, without arithmetic', () => {
    const ten = tf.scalar(10);
    const { graph, result } = trace(
      ({ state, input }) => tf.mul(tf.matMul(input('x', [2, 1000]), state('w', [1000, 3])), ten),
      (y, valueOf) => valueOf(y),
    );
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(['BatchMatMul', 'Multiply']);
    const [product, scaled] = graph.nodes;
    expect(product.inputs.a.source).toEqual({ kind: 'input', name: 'x' });
    expect(product.inputs.b.source).toEqual({ kind: 'state', name: 'w' });
    expect(scaled.inputs.b.source).toEqual({ kind: 'constant', data: Float32Array.of(10) });
    expect(result.source).toEqual({ kind: 'node', node: scaled, output: 0 });
    expect(result.shape).toEqual([2, 3]);
  });

  it('puts the backend back, also after an error, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    expect(() =>
      trace(
        ({ input }) => {
          tf.square(input('x', [2]));
          throw new RangeError('stop');
        },
        () => undefined,
      ),
    ).toThrow(RangeError);
    expect(tf.getBackend()).toBe(backends[0]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the operation that it cannot compile', () => {
    const step: Step = (_, { x }) => ({ outputs: { y: tf.topk(x).values } });
    const definition = { top: { step, inputs: { x: { shape: [3] } } } };
    expect(() => traceStep(definition.top, {})).toThrow(
      /TopK at .*trace\.test\.ts:\d+; express the step without it/,
    );
  });

  it('refuses a step that reads a value', () => {
    const step: Step = (_, { x }) => ({ outputs: { y: tf.mul(x, x.dataSync()[0]) } });
    const definition = { read: { step, inputs: { x: { shape: [3] } } } };
    expect(() => traceStep(definition.read, {})).toThrow(/reads the value of a tensor/);
  });
});
