import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  producerOf,
  resultsOf,
  type TraceNode,
  type TraceValue,
} from '../../lib/runtime/trace-graph.js';

const constant = (value: number): TraceValue => ({
  source: { kind: 'constant', data: Float32Array.of(value) },
  shape: [],
  dtype: 'float32',
});

describe('values of a traced computation', () => {
  it('take four bytes per number, truth values one', () => {
    expect(bytesOf({ shape: [2, 3], dtype: 'float32' })).toBe(24);
    expect(bytesOf({ shape: [2, 3], dtype: 'bool' })).toBe(6);
    expect(bytesOf({ shape: [], dtype: 'int32' })).toBe(4);
  });

  it('know the node that computes them, if one does', () => {
    const node: TraceNode = { index: 0, kernel: 'Exp', inputs: {}, attributes: {}, outputs: [] };
    const value: TraceValue = { ...constant(0), source: { kind: 'node', node, output: 0 } };
    expect(producerOf(value)).toBe(node);
    expect(producerOf(constant(0))).toBeUndefined();
  });

  it('leave a step as outputs, as changes and inside momentum updates', () => {
    const [output, change, gradient, rate, isValid] = [1, 2, 3, 4, 5].map(constant);
    const update = { variable: 'w', velocity: 'v', gradient, rate, decay: 0.9 };
    expect(
      resultsOf({
        outputs: [['y', output]],
        changes: [['s', change]],
        momentum: [update],
        isValid,
      }),
    ).toEqual([output, change, gradient, rate, isValid]);
  });
});
