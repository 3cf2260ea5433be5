import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import { clipByGlobalNorm } from '../../lib/optimizer/clip.js';
import { scaleByLearningRate } from '../../lib/optimizer/learning-rate.js';
import { momentum, sgd } from '../../lib/optimizer/sgd.js';
import { chain, type GradientTransform } from '../../lib/optimizer/transform.js';
import { addWeightDecay } from '../../lib/optimizer/weight-decay.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const parameters = () => ({ a: tf.tensor1d([1, 2]), b: tf.scalar(3) });
const gradients = () => ({ a: tf.tensor1d([3, 0]), b: tf.scalar(4) });
const context = () => ({ learningRate: tf.scalar(0.5) });

describe('chain', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('names its state after the transform and the parameter', () => {
    expect(Object.keys(sgd({ clipNorm: 1, weightDecay: 1 }).init(parameters()))).toEqual([
      'momentum/a',
      'momentum/b',
    ]);
    expect(Object.keys(adam().init({ a: tf.scalar(1) }))).toEqual([
      'adam/mean/a',
      'adam/variance/a',
      'adam/mean_weight/a',
      'adam/variance_weight/a',
    ]);
    const nested = chain('all', [sgd(), adam()]);
    expect(Object.keys(nested.init({ a: tf.scalar(1) }))).toContain('sgd/momentum/a');
  });

  it('applies the transforms in order: clipping before momentum', () => {
    const optimizer = chain('test', [clipByGlobalNorm(1), momentum(0.9), scaleByLearningRate()]);
    const state = { 'momentum/a': tf.tensor1d([10, 10]), 'momentum/b': tf.scalar(10) };
    const { updates, state: after } = optimizer.update(gradients(), state, parameters(), context());
    // The norm of (3, 0, 4) is 5: the gradients become (0.6, 0, 0.8); then 0.9 · 10 is added.
    expect(after['momentum/b'].dataSync()[0]).toBeCloseTo(9.8, 5);
    expect([...updates.a.dataSync()].map((x) => x.toFixed(4))).toEqual(['-4.8000', '-4.5000']);
  });

  it('refuses two transforms of one name', () => {
    expect(() => chain('twice', [momentum(0.9), momentum(0.5)])).toThrow(
      'chain "twice": expected transforms of different names, got "momentum" twice',
    );
    const stateless: [string, GradientTransform][] = [
      ['clip', clipByGlobalNorm(1)],
      ['weight_decay', addWeightDecay(1)],
      ['learning_rate', scaleByLearningRate()],
    ];
    for (const [name, transform] of stateless) {
      expect(() => chain('twice', [transform, transform])).toThrow(`got "${name}" twice`);
    }
  });

  it('says which parameter the state lacks', () => {
    const optimizer = sgd();
    const state = optimizer.init({ a: tf.scalar(0) });
    expect(() =>
      optimizer.update({ b: tf.scalar(1) }, state, { b: tf.scalar(1) }, context()),
    ).toThrow('momentum: expected a tensor called "b", got none; initialise the optimizer');
  });

  it('returns the very state tensor of a parameter that had no gradient', () => {
    const optimizer = adam();
    const state = optimizer.init(parameters());
    const { updates, state: after } = optimizer.update(
      { a: tf.tensor1d([1, 1]) },
      state,
      parameters(),
      context(),
    );
    expect(Object.keys(updates)).toEqual(['a']);
    expect(after['adam/mean/b']).toBe(state['adam/mean/b']);
    expect(after['adam/mean/a']).not.toBe(state['adam/mean/a']);
    expect(Object.keys(after)).toEqual(Object.keys(state));
  });

  it('never reads the value of a tensor, so that a step can be traced', () => {
    const optimizers = [
      sgd({ clipNorm: 1, weightDecay: 0.1, multiplier: () => 2 }),
      adam({ clipNorm: 1, weightDecay: 0.1 }),
    ];
    const reads = [
      vi.spyOn(tf.Tensor.prototype, 'dataSync'),
      vi.spyOn(tf.Tensor.prototype, 'data'),
    ];
    for (const optimizer of optimizers) {
      optimizer.update(gradients(), optimizer.init(parameters()), parameters(), context());
    }
    expect(reads.every((read) => read.mock.calls.length === 0)).toBe(true);
  });

  it('leaves no tensor behind but updates and state', () => {
    const optimizer = sgd({ clipNorm: 1, weightDecay: 0.1, multiplier: () => 2 });
    const p = parameters();
    const g = gradients();
    const c = context();
    const state = optimizer.init(p);
    const before = tf.memory().numTensors;
    optimizer.update(g, state, p, c);
    expect(tf.memory().numTensors).toBe(before + 4);
  });
});
