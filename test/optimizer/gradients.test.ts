import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../lib/optimizer/gradients.js';
import { trace } from '../../lib/runtime/trace.js';
import { useBackend } from '../helpers/backends.js';

describe('lossAndGradients', () => {
  beforeAll(() => useBackend('wasm'));

  it('returns the loss and a gradient per parameter, by name', () => {
    const held = tf.scalar(5);
    const { loss, gradients } = lossAndGradients(
      ({ a, b }) => tf.add(tf.mul(tf.square(a), b), held),
      { b: tf.scalar(2), a: tf.scalar(3) },
    );
    expect(loss.dataSync()[0]).toBe(9 * 2 + 5);
    expect(Object.keys(gradients)).toEqual(['b', 'a']);
    expect(gradients.a.dataSync()[0]).toBe(2 * 3 * 2);
    expect(gradients.b.dataSync()[0]).toBe(9);
  });

  it('marks the forward pass, and only that', () => {
    const { graph } = trace(
      ({ state }) =>
        lossAndGradients(({ a }) => tf.square(tf.exp(a as tf.Scalar)), { a: state('a', []) }),
      () => undefined,
    );
    const forward = graph.nodes.filter((node) => node.forward).map(({ kernel }) => kernel);
    expect(forward).toEqual(['Exp', 'Square']);
    expect(graph.nodes.length).toBeGreaterThan(2);
  });
});
