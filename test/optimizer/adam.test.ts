import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import { expectAgreement, optionsOf, torchCases } from '../helpers/torch-optimizers.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('adam', () => {
  it.each(torchCases('adam'))('agrees with PyTorch after every step: $name', (c) => {
    expectAgreement(adam({ betas: c.betas ?? [0, 0], ...optionsOf(c) }), c);
  });

  it('refuses decays outside [0, 1) and a negative epsilon', () => {
    expect(() => adam({ betas: [0.9, 1] })).toThrow('got betas 0.9, 1, epsilon 1e-8');
    expect(() => adam({ epsilon: -1 })).toThrow('epsilon -1');
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
