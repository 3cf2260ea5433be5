import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { expectAgreement, optionsOf, torchCases } from '../helpers/torch-optimizers.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('adam', () => {
  it.each(torchCases('adam'))('agrees with PyTorch after every step: $name', (c) => {
    expectAgreement(adam({ betas: c.betas ?? [0, 0], ...optionsOf(c) }), c);
  });

  it('refuses decays outside [0, 1) and a negative epsilon', () => {
    expect(() => adam({ betas: [0.9, 1] })).toThrow(
      'adam: expected betas from 0 to below 1 and an epsilon of 0 or more, ' +
        'got betas 0.9, 1, epsilon 1e-8',
    );
    expect(() => adam({ betas: [-0.1, 0.9] })).toThrow('got betas -0.1, 0.9');
    expect(() => adam({ epsilon: -1 })).toThrow('epsilon -1');
  });

  it('keeps the two moments and the weights of their sums, worked out by hand', () => {
    const rule = adam({ betas: [0.5, 0.75], epsilon: 0 });
    expect(rule.name).toBe('adam');
    const p = { a: tf.scalar(0) };
    const first = { a: tf.scalar(2) };
    const once = rule.update(first, rule.init(p), p, { learningRate: tf.scalar(1) });
    const twice = rule.update(first, once.state, p, { learningRate: tf.scalar(1) });
    const values = (state: NamedTensors) =>
      ['mean', 'variance', 'mean_weight', 'variance_weight'].map(
        (name) => state[`adam/${name}/a`].dataSync()[0],
      );
    // From 0: m ← m/2 + 2/2, v ← 3/4 v + 4/4, and the same of a gradient of 1.
    expect(values(once.state)).toEqual([1, 1, 0.5, 0.25]);
    expect(values(twice.state)).toEqual([1.5, 1.75, 0.75, 0.4375]);
  });

  it('forgets every earlier gradient with betas of 0', () => {
    const p = { a: tf.scalar(0) };
    const rule = adam({ betas: [0, 0], epsilon: 0 });
    const rate = { learningRate: tf.scalar(1) };
    const before = rule.update({ a: tf.scalar(-50) }, rule.init(p), p, rate).state;
    expect(rule.update({ a: tf.scalar(2) }, before, p, rate).updates.a.dataSync()[0]).toBe(-1);
  });

  it('says which parameter its state lacks', () => {
    const rule = adam();
    const g = { b: tf.scalar(1) };
    const state = rule.init({ a: tf.scalar(0) });
    expect(() => rule.update(g, state, g, { learningRate: tf.scalar(1) })).toThrow(
      'adam: expected a tensor called "mean/b", got none',
    );
  });

  it('moves a parameter by the learning rate at the first step, whatever the gradient', () => {
    const p = { a: tf.tensor1d([0, 0, 0]) };
    const optimizer = adam({ epsilon: 0 });
    const g = { a: tf.tensor1d([1e-6, -1, 1000]) };
    const { updates } = optimizer.update(g, optimizer.init(p), p, { learningRate: tf.scalar(1) });
    [...updates.a.dataSync()].forEach((u, i) => {
      expect(u).toBeCloseTo([-1, 1, -1][i], 5);
    });
  });
});
