import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../helpers/backends.js';
import { kernelsOf, traced } from '../../helpers/runtime/traced.js';

describe('fuseMomentum, a pass of every step,', () => {
  beforeAll(() => useBackend('wasm'));

  it('recognises a momentum update, weight decay included', () => {
    const step = traced(
      ({ w, v }, { gradient, rate }) => {
        const decayed = tf.add(gradient, tf.mul(w, tf.scalar(3e-4)));
        const velocity = tf.add(tf.mul(v, tf.scalar(0.75)), decayed);
        const moved = tf.add(w, tf.mul(velocity, tf.mul(rate, tf.scalar(-1))));
        return { outputs: { y: tf.sum(gradient) }, state: { w: moved, v: velocity } };
      },
      ['gradient'],
      ['w', 'v'],
    );
    expect(step.changes).toEqual([]);
    expect(step.momentum).toMatchObject([{ variable: 'w', velocity: 'v', decay: 0.75 }]);
    expect(kernelsOf(step).sort()).toEqual(['AddN', 'Multiply', 'Multiply', 'Sum']);
  });

  it('leaves an update alone that only looks like momentum', () => {
    const step = traced(
      ({ w, v }, { gradient, rate }) => {
        const velocity = tf.add(tf.mul(v, tf.scalar(0.75)), gradient);
        const moved = tf.add(w, tf.mul(velocity, rate));
        // The velocity is an output, too: the fused kernel could not give it.
        return { outputs: { velocity }, state: { w: moved, v: velocity } };
      },
      ['gradient'],
      ['w', 'v'],
    );
    expect(step.momentum).toEqual([]);
    expect(step.changes.map(([name]) => name)).toEqual(['w', 'v']);
  });
});
