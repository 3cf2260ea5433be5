import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { peakBytes } from '../../../lib/runtime/passes/peak-memory.js';
import { useBackend } from '../../helpers/backends.js';
import { BYTES, traced } from '../../helpers/runtime/traced.js';

describe('peakBytes', () => {
  beforeAll(() => useBackend('wasm'));

  it('counts the memory of a chain, of a fork and of a view', () => {
    const chain = traced((_, { a }) => ({ outputs: { y: tf.exp(tf.exp(tf.exp(a))) } }), ['a']);
    expect(peakBytes(chain)).toBe(2 * BYTES);
    const fork = traced(
      (_, { a }) => {
        const kept = tf.exp(a);
        const deep = tf.sqrt(tf.neg(tf.square(kept)));
        return { outputs: { y: tf.mul(kept, deep) } };
      },
      ['a'],
    );
    expect(peakBytes(fork)).toBe(3 * BYTES);
    const view = traced(
      (_, { a }) => ({ outputs: { y: tf.reshape(tf.exp(a), [10, 100]) } }),
      ['a'],
    );
    expect(peakBytes(view)).toBe(BYTES);
  });
});
