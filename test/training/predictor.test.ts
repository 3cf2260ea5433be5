import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Network } from '../../lib/nn/scope.js';
import { constant } from '../../lib/nn/initializers.js';
import { compile } from '../../lib/runtime/compile.js';
import { Predictor } from '../../lib/training/predictor.js';
import { useBackend } from '../helpers/backends.js';

vi.mock('../../lib/runtime/compile.js', { spy: true });

/** Scores of two classes: red times a weight, and 0.5. */
const network: Network = (scope, image) => {
  const weight = scope.variable('weight', [1], constant(1));
  const red = tf.slice(image, [0, 0, 0, 0], [-1, -1, -1, 1]);
  const half = tf.mul<tf.Tensor4D>(tf.onesLike(red), 0.5);
  return tf.concat<tf.Tensor4D>([tf.mul<tf.Tensor4D>(red, weight), half], 3);
};

const batch = (width: number, red: number) => ({
  height: 1,
  width,
  images: Float32Array.from({ length: 3 * width }, (_, i) => (i % 3 === 0 ? red : 0)),
});

function predictorOf(value: number): Predictor {
  const weight = tf.tensor1d([value]);
  const predictor = new Predictor(network, { weight });
  weight.dispose();
  return predictor;
}

describe('Predictor', () => {
  beforeAll(() => useBackend('wasm'));
  beforeEach(() => {
    vi.mocked(compile).mockClear();
  });
  const compiled = () => vi.mocked(compile).mock.calls.length;

  it('gives the scores and the most probable class', async () => {
    const predictor = predictorOf(2);
    expect(await predictor.logits(batch(2, 0.25))).toEqual(Float32Array.of(0.5, 0.5, 0.5, 0.5));
    expect(await predictor.labels(batch(2, 0.5))).toEqual(Int32Array.of(0, 0));
    expect(await predictor.labels(batch(2, 0.125))).toEqual(Int32Array.of(1, 1));
    predictor.dispose();
  });

  it('keeps the 8 sizes that were used last', async () => {
    const predictor = predictorOf(1);
    const use = async (...widths: number[]) => {
      for (const width of widths) {
        await predictor.labels(batch(width, 1));
      }
      return compiled();
    };
    expect(await use(1, 2, 3, 4, 5, 6, 7, 8)).toBe(8);
    expect(await use(1, 2, 3)).toBe(8); // used again: 4 is the oldest now
    expect(await use(9)).toBe(9);
    expect(await use(1, 2, 3, 5, 6, 7, 8, 9)).toBe(9);
    expect(await use(4)).toBe(10);
    predictor.dispose();
  });

  it('takes other weights without compiling again, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const predictor = predictorOf(1);
    expect(await predictor.labels(batch(1, 1))).toEqual(Int32Array.of(0));
    const weight = tf.tensor1d([0.25]);
    predictor.load({ weight });
    weight.dispose();
    expect(await predictor.labels(batch(1, 1))).toEqual(Int32Array.of(1));
    expect(compiled()).toBe(1);
    predictor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses other weights while it predicts, and keeps all of its own', async () => {
    const predictor = predictorOf(1);
    await predictor.labels(batch(1, 1));
    const predictions = [predictor.labels(batch(1, 1)), predictor.labels(batch(2, 1))];
    const weight = tf.tensor1d([0.25]);
    expect(() => {
      predictor.load({ weight });
    }).toThrow(/expected a load when no prediction is under way/);
    expect(await Promise.all(predictions)).toEqual([Int32Array.of(0), Int32Array.of(0, 0)]);
    predictor.load({ weight });
    weight.dispose();
    expect(await predictor.labels(batch(2, 1))).toEqual(Int32Array.of(1, 1));
    predictor.dispose();
  });

  it('says that it was disposed', async () => {
    const predictor = predictorOf(1);
    const queued = predictor.labels(batch(1, 1));
    predictor.dispose();
    await expect(queued).rejects.toThrow(/expected one that is in use, got one that was disposed/);
  });
});
