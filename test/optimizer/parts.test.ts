import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import { applyUpdates, disposeReplaced } from '../../lib/optimizer/apply-updates.js';
import { clipByGlobalNorm, globalNorm } from '../../lib/optimizer/clip.js';
import { doubledForBiases, scaleByLearningRate } from '../../lib/optimizer/learning-rate.js';
import { momentum } from '../../lib/optimizer/sgd.js';
import { addWeightDecay } from '../../lib/optimizer/weight-decay.js';
import './wasm.js';

const context = { learningRate: undefined as unknown as tf.Scalar };
const list = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('clipByGlobalNorm', () => {
  it('takes all tensors as one vector', () => {
    expect(globalNorm({ a: tf.tensor1d([2, 3]), b: tf.tensor2d([[6]]) }).dataSync()[0]).toBe(7);
    expect(globalNorm({}).dataSync()[0]).toBe(0);
  });

  it('scales a larger gradient to the limit and leaves a smaller one as it is', () => {
    const g = { a: tf.tensor1d([3, 4]) };
    expect(list(clipByGlobalNorm(1).update(g, {}, g, context).updates.a)[1]).toBeCloseTo(0.8, 5);
    expect(list(clipByGlobalNorm(6).update(g, {}, g, context).updates.a)).toEqual([3, 4]);
  });

  it('leaves a zero gradient zero', () => {
    const g = { a: tf.tensor1d([0, 0]) };
    expect(list(clipByGlobalNorm(1).update(g, {}, g, context).updates.a)).toEqual([0, 0]);
  });

  it.each([0, -1, NaN])('refuses the limit %d', (limit) => {
    expect(() => clipByGlobalNorm(limit)).toThrow('expected a limit above 0');
  });
});

describe('addWeightDecay', () => {
  it('adds decay times the parameter, only where it is asked to', () => {
    const p = { 'c/weights': tf.scalar(10), 'c/bn/beta': tf.scalar(10) };
    const g = { 'c/weights': tf.scalar(1), 'c/bn/beta': tf.scalar(1) };
    const { updates } = addWeightDecay(0.5, (name) => name === 'c/weights').update(
      g,
      {},
      p,
      context,
    );
    expect(list(updates['c/weights'])).toEqual([6]);
    expect(list(updates['c/bn/beta'])).toEqual([1]);
  });

  it.each([-1, NaN, Infinity])('refuses the decay %d', (decay) => {
    expect(() => addWeightDecay(decay)).toThrow('expected a decay of 0 or more');
  });
});

describe('scaleByLearningRate', () => {
  it('turns gradients into changes, with a multiplier by name', () => {
    const g = { 'logits/weights': tf.scalar(3), 'logits/bias': tf.scalar(3) };
    const { updates } = scaleByLearningRate(doubledForBiases).update(g, {}, g, {
      learningRate: tf.scalar(0.5),
    });
    expect(list(updates['logits/weights'])).toEqual([-1.5]);
    expect(list(updates['logits/bias'])).toEqual([-3]);
  });
});

describe('momentum and adam', () => {
  it('refuse decays outside [0, 1)', () => {
    expect(() => momentum(1)).toThrow('momentum: expected a number from 0 to below 1, got 1');
    expect(() => adam({ betas: [0.9, 1] })).toThrow('got betas 0.9, 1, epsilon 1e-8');
    expect(() => adam({ epsilon: -1 })).toThrow('epsilon -1');
  });

  it('adam moves a parameter by the learning rate at the first step, whatever the gradient', () => {
    const p = { a: tf.tensor1d([0, 0, 0]) };
    const optimizer = adam({ epsilon: 0 });
    const g = { a: tf.tensor1d([1e-6, -1, 1000]) };
    const { updates } = optimizer.update(g, optimizer.init(p), p, { learningRate: tf.scalar(1) });
    list(updates.a).forEach((u, i) => {
      expect(u).toBeCloseTo([-1, 1, -1][i], 5);
    });
  });
});

describe('applyUpdates', () => {
  it('adds the updates and keeps the tensors that have none', () => {
    const p = { a: tf.scalar(1), b: tf.scalar(2) };
    const after = applyUpdates(p, { a: tf.scalar(0.5) });
    expect(list(after.a)).toEqual([1.5]);
    expect(after.b).toBe(p.b);
    disposeReplaced(p, after);
    expect([p.a.isDisposed, p.b.isDisposed]).toEqual([true, false]);
  });

  it('refuses an update of a parameter that does not exist', () => {
    expect(() => applyUpdates({ a: tf.scalar(1) }, { toString: tf.scalar(1) })).toThrow(
      'applyUpdates: expected a tensor called "toString", got none',
    );
  });
});
