import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { optimizer } from '../../lib/optimizer/options.js';
import { stateless } from '../../lib/optimizer/transform.js';
import { mapTensors } from '../../lib/tensors.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('optimizer', () => {
  it('clips, decays, applies its rule and scales by the rate, in this order', () => {
    const plusOne = stateless('rule', (gradients) =>
      mapTensors(gradients, (gradient) => tf.add(gradient, 1)),
    );
    const parameters = { w: tf.scalar(10) };
    const { updates } = optimizer('test', plusOne, {
      clipNorm: 2,
      weightDecay: 0.1,
      multiplier: () => 3,
    }).update({ w: tf.scalar(8) }, {}, parameters, { learningRate: tf.scalar(0.5) });
    // 8 is clipped to 2; + 0.1 · 10 = 3; + 1 = 4; · −0.5 · 3 = −6.
    expect(updates.w.dataSync()[0]).toBeCloseTo(-6, 4);
  });

  it('neither clips nor decays unless asked to, so that it needs no parameters', () => {
    const plain = optimizer('test', undefined, {});
    const context = { learningRate: tf.scalar(0.5) };
    const { updates, state } = plain.update({ w: tf.scalar(1e9) }, {}, {}, context);
    expect(updates.w.dataSync()[0]).toBe(-5e8);
    expect(state).toEqual({});
    const decayed = optimizer('test', undefined, { weightDecay: 0.1 });
    expect(() => decayed.update({ w: tf.scalar(1) }, {}, {}, context)).toThrow(
      'addWeightDecay: expected a tensor called "w", got none',
    );
  });
});
