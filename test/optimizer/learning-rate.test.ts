import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { scaleByLearningRate } from '../../lib/optimizer/learning-rate.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('scaleByLearningRate', () => {
  it('turns gradients into changes, with a multiplier by name', () => {
    const g = { 'logits/weights': tf.scalar(3), 'logits/bias': tf.scalar(3) };
    const multiplier = (name: string) => (name === 'logits/bias' ? 2 : 1);
    const { updates } = scaleByLearningRate(multiplier).update(g, {}, g, {
      learningRate: tf.scalar(0.5),
    });
    expect([...updates['logits/weights'].dataSync()]).toEqual([-1.5]);
    expect([...updates['logits/bias'].dataSync()]).toEqual([-3]);
  });
});
