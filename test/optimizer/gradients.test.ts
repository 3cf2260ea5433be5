import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
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

  it('leaves out a parameter that takes no part, and refuses a loss of none', () => {
    const parameters = { a: tf.scalar(3), unused: tf.scalar(2) };
    const { gradients } = lossAndGradients(({ a }) => tf.square(a as tf.Scalar), parameters);
    expect(Object.keys(gradients)).toEqual(['a']);
    const constant = () => lossAndGradients(() => tf.scalar(1), parameters);
    expect(constant).toThrow(ConfigError);
    expect(constant).toThrow(
      /a loss of the parameters, got one that .* none of the 2 \(a, unused\)/,
    );
  });

  it('names three of the parameters that a loss does not depend on', () => {
    const named = (...names: string[]) => {
      const parameters = Object.fromEntries(names.map((name) => [name, tf.scalar(0)]));
      return () => lossAndGradients(() => tf.scalar(1), parameters);
    };
    expect(named('a', 'b', 'c')).toThrow('none of the 3 (a, b, c)');
    expect(named('a', 'b', 'c', 'd')).toThrow('none of the 4 (a, b, c, …)');
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
