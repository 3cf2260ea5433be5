import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { momentum, sgd } from '../../lib/optimizer/sgd.js';
import { expectAgreement, optionsOf, torchCases } from '../helpers/torch-optimizers.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('sgd', () => {
  it.each(torchCases('sgd'))('agrees with PyTorch after every step: $name', (c) => {
    expectAgreement(sgd({ momentum: c.momentum ?? 0, ...optionsOf(c) }), c);
  });

  it('keeps no velocity without momentum', () => {
    const parameters = { w: tf.tensor1d([1, 2]) };
    const optimizer = sgd({ momentum: 0 });
    const state = optimizer.init(parameters);
    expect(state).toEqual({});
    const gradients = { w: tf.tensor1d([4, -2]) };
    const context = { learningRate: tf.scalar(0.5) };
    const result = optimizer.update(gradients, state, parameters, context);
    expect(result.state).toEqual({});
    expect([...result.updates.w.dataSync()]).toEqual([-2, 1]);
  });
});

describe('momentum', () => {
  it('refuses decays outside [0, 1)', () => {
    expect(() => momentum(1)).toThrow('momentum: expected a number from 0 to below 1, got 1');
    expect(() => sgd({ momentum: -0.1 })).toThrow('got -0.1');
  });

  it('passes the gradient on with a decay of 0, whatever the velocity was', () => {
    const g = { w: tf.scalar(3) };
    const context = { learningRate: tf.scalar(1) };
    const { updates, state } = momentum(0).update(g, { w: tf.scalar(7) }, g, context);
    expect([updates.w, state.w].map((tensor) => tensor.dataSync()[0])).toEqual([3, 3]);
  });
});
