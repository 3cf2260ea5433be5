import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../helpers/backends.js';
import { kernelsOf, traced } from '../../helpers/runtime/traced.js';

describe('mergeSums, a pass of every step,', () => {
  beforeAll(() => useBackend('wasm'));

  it('joins a chain of sums', () => {
    const step = traced(
      (_, { a, b, c, d }) => ({ outputs: { y: tf.add(tf.add(tf.add(a, b), c), d) } }),
      ['a', 'b', 'c', 'd'],
    );
    expect(kernelsOf(step)).toEqual(['AddN']);
    expect(Object.keys(step.nodes[0].inputs)).toHaveLength(4);
  });

  it('keeps a partial sum that is read elsewhere, and sums that broadcast', () => {
    const twice = traced(
      (_, { a, b, c }) => {
        const part = tf.add(a, b);
        return { outputs: { part, y: tf.add(part, c) } };
      },
      ['a', 'b', 'c'],
    );
    expect(twice.nodes).toHaveLength(2);
    const broadcast = traced(
      (_, { a, rate }) => ({ outputs: { y: tf.add(tf.add(a, rate), a) } }),
      ['a'],
    );
    expect(broadcast.nodes).toHaveLength(2);
  });

  it('sums at most eight terms in one kernel', () => {
    const names = Array.from({ length: 19 }, (_, i) => `x${i}`);
    const step = traced((_, inputs) => {
      const [first, ...rest] = names.map((name) => inputs[name]);
      return { outputs: { y: rest.reduce((sum, x) => tf.add(sum, x), first) } };
    }, names);
    const terms = step.nodes.map(({ inputs }) => Object.keys(inputs).length);
    expect(Math.max(...terms)).toBe(8);
    expect(terms.reduce((sum, n) => sum + n, 0) - (terms.length - 1)).toBe(19);
  });
});
