import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { alphaStatistics, betaStatistics } from '../../../lib/architecture/statistics.js';
import { relativeEntropy } from '../../../lib/search-space/supernet/entropy.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';
import { useBackend } from '../../helpers/backends.js';
import { fillImage } from '../../helpers/fill.js';

beforeAll(async () => {
  await useBackend('wasm');
});

const EDGES = 5; // of two blocks
const operations = ['none', 'skip_connect', 'sep_conv_3x3'];
const trellis = createTrellis({ layers: 4 });
const arrows = trellis.arrows.length;

const drawn = (name: string, count: number, scale: number): Float32Array =>
  Float32Array.from(fillImage(name, [count]), (value) => scale * value);

/** The entropy of α and β, as numbers. */
function entropyOf(alpha: ArrayLike<number>, beta: ArrayLike<number>): number {
  return tf.tidy(
    () =>
      relativeEntropy(
        trellis,
        tf.tensor2d(Float32Array.from(alpha), [EDGES, operations.length]),
        tf.tensor1d(Float32Array.from(beta)),
      ).dataSync()[0],
  );
}

describe('relativeEntropy', () => {
  it('is 2 where nothing is decided, and 0 where everything is, without NaN', () => {
    const [flatAlpha, flatBeta] = [new Float32Array(15), new Float32Array(arrows)];
    expect(entropyOf(flatAlpha, flatBeta)).toBeCloseTo(2, 5);
    const alpha = Float32Array.from({ length: 15 }, (_, i) => (i % 3 === 1 ? 500 : 0));
    const beta = new Float32Array(arrows);
    trellis.nodes.forEach(({ outgoing }) => outgoing.slice(0, 1).forEach((k) => (beta[k] = 500)));
    expect(entropyOf(alpha, beta)).toBeCloseTo(0, 5);
    expect(entropyOf(alpha, flatBeta)).toBeCloseTo(1, 5);
  });

  it.each([0.5, 3])('equals what the statistics say, logits up to %s', (scale) => {
    const [alpha, beta] = [drawn('alpha', 15, scale), drawn('beta', arrows, scale)];
    const expected =
      alphaStatistics(alpha, { blocks: 2, operations }).relativeEntropy +
      betaStatistics(beta, trellis).relativeEntropy;
    expect(expected).toBeLessThan(1.99);
    expect(entropyOf(alpha, beta)).toBeCloseTo(expected, 5);
  });

  it('ignores nodes with one arrow, and edges with one operation', () => {
    const line = createTrellis({ layers: 3, levels: 1 });
    const value = tf.tidy(
      () => relativeEntropy(line, tf.zeros([2, 1]), tf.zeros([3])).dataSync()[0],
    );
    expect(value).toBeCloseTo(0, 12);
  });

  it('has the slopes of finite differences', () => {
    const [alpha, beta] = [drawn('alpha', 15, 1), drawn('beta', arrows, 1)];
    const [ofAlpha, ofBeta] = tf.tidy(() =>
      tf
        .grads((a, b) => relativeEntropy(trellis, a as tf.Tensor2D, b as tf.Tensor1D))([
          tf.tensor2d(alpha, [EDGES, operations.length]),
          tf.tensor1d(beta),
        ])
        .map((gradient) => gradient.dataSync()),
    );
    const STEP = 0.02;
    const moved = (values: Float32Array, i: number, by: number) =>
      values.map((value, k) => (k === i ? value + by : value));
    alpha.forEach((_, i) => {
      const [up, down] = [STEP, -STEP].map((by) => entropyOf(moved(alpha, i, by), beta));
      expect(ofAlpha[i]).toBeCloseTo((up - down) / (2 * STEP), 4);
    });
    beta.forEach((_, i) => {
      const [up, down] = [STEP, -STEP].map((by) => entropyOf(alpha, moved(beta, i, by)));
      expect(ofBeta[i]).toBeCloseTo((up - down) / (2 * STEP), 4);
    });
    expect(Math.max(...ofAlpha.map(Math.abs))).toBeGreaterThan(0.01);
  });
});
