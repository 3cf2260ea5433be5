import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { addWeightDecay } from '../../lib/optimizer/weight-decay.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const context = { learningRate: undefined as unknown as tf.Scalar };

describe('addWeightDecay', () => {
  it('adds decay times the parameter, only where it is asked to', () => {
    const p = { 'c/weights': tf.scalar(10), 'c/bn/beta': tf.scalar(10) };
    const g = { 'c/weights': tf.scalar(1), 'c/bn/beta': tf.scalar(1) };
    const decay = addWeightDecay(0.5, (name) => name === 'c/weights');
    const { updates } = decay.update(g, {}, p, context);
    expect([...updates['c/weights'].dataSync()]).toEqual([6]);
    expect([...updates['c/bn/beta'].dataSync()]).toEqual([1]);
  });

  it.each([-1, NaN, Infinity])('refuses the decay %d', (decay) => {
    expect(() => addWeightDecay(decay)).toThrow('expected a decay of 0 or more');
  });

  it('leaves the gradient as it is with a decay of 0', () => {
    const g = { w: tf.scalar(3) };
    const { updates } = addWeightDecay(0).update(g, {}, { w: tf.scalar(10) }, context);
    expect([...updates.w.dataSync()]).toEqual([3]);
  });
});
