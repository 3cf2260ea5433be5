import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import { Random } from '../../lib/random.js';
import { lowestEntropy, travelOf, travelWarning } from '../../lib/search/travel.js';
import { SEARCH_PRESETS } from '../../lib/search/options.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

/** Entropy of logits over its largest value, term by term. */
function entropyOf(logits: readonly number[]): number {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((a, b) => a + b, 0);
  return (
    -powers.reduce((sum, x) => sum + (x / total) * Math.log(x / total), 0) / Math.log(logits.length)
  );
}

describe('lowestEntropy', () => {
  it.each([
    [0, 8],
    [0.966, 8],
    [3, 8],
    [1, 3],
    [2, 2],
  ])('is that of one logit at %f and the others at minus that, of %i', (bound, choices) => {
    const logits = Array.from({ length: choices }, (_, i) => (i === 0 ? bound : -bound));
    expect(lowestEntropy(bound, choices)).toBeCloseTo(entropyOf(logits), 10);
  });

  it('is 0 after a long travel', () => {
    expect(lowestEntropy(45, 8)).toBeLessThan(1e-30);
    expect(lowestEntropy(1000, 8)).toBeCloseTo(0, 300);
  });
});

describe('the travel of a logit', () => {
  const { architectureLearningRate: rate, architectureBetas: betas } = SEARCH_PRESETS.paper;

  /** How far Adam moves a parameter by these gradients. */
  function travelled(gradients: readonly number[]): number {
    return tf.tidy(() => {
      const rule = adam({ betas });
      const learningRate = tf.scalar(rate);
      let value: NamedTensors = { a: tf.scalar(0) };
      let state = rule.init(value);
      for (const gradient of gradients) {
        const moved = rule.update({ a: tf.scalar(gradient) }, state, value, { learningRate });
        value = { a: tf.add(value.a, moved.updates.a) };
        state = moved.state;
      }
      return Math.abs(value.a.dataSync()[0]);
    });
  }

  it.each([1e-3, 1, 50])('is the bound where all gradients are %f', (size) => {
    expect(travelled(Array<number>(100).fill(size)) / (100 * rate)).toBeCloseTo(1, 2);
  });

  it('is far below it where gradients are noise', () => {
    const random = new Random(1);
    const noise = Array.from({ length: 200 }, () => random.uniform(-1, 1));
    expect(travelled(noise) / (200 * rate)).toBeLessThan(0.3);
  });
});

describe('travelWarning', () => {
  const paper = SEARCH_PRESETS.paper;

  it("is none at the paper's settings, which move a logit by 45", () => {
    const stepsPerEpoch = Math.floor(2975 / 2 / 2);
    expect(travelOf(paper, stepsPerEpoch).bound).toBeCloseTo(44.6, 1);
    expect(travelWarning(paper, stepsPerEpoch)).toBeUndefined();
  });

  it('says how far too short a search gets, and what to change', () => {
    const config = { ...paper, epochs: 30, architectureStart: 16 };
    const text = travelWarning(config, 23);
    expect(text).toMatch(/322 steps of 0.003 move α and β by 0.97 at most \(in the paper by 45\)/);
    expect(text).toMatch(/keeps at least 80 % of its entropy/);
    expect(text).toMatch(/search 147 epochs \(option epochs\), or take 0.028 as the learning rate/);
    expect(travelWarning({ ...config, epochs: 147 }, 23)).toBeUndefined();
    expect(travelWarning({ ...config, epochs: 146 }, 23)).toBeDefined();
    expect(travelWarning({ ...config, architectureLearningRate: 0.028 }, 23)).toBeUndefined();
  });

  it('says nothing of an entropy that could fall to nothing', () => {
    const config = { ...paper, epochs: 26, architectureStart: 16, architectureLearningRate: 0.03 };
    expect(travelOf(config, 23).bound).toBeCloseTo(6.9, 10);
    expect(travelWarning(config, 23)).not.toContain('entropy');
  });
});
