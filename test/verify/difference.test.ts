import { describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../../lib/errors.js';
import { differenceOf, rowOf, worst } from '../../lib/verify/difference.js';
import { backends, useBackend } from '../helpers/backends.js';

describe('differenceOf', () => {
  it('is relative to the largest expected element, and to 1 where all are 0', () => {
    expect(differenceOf('x', [1, -3.5], [1, -4])).toEqual({
      absolute: 0.5,
      relative: 0.125,
      at: 'x',
    });
    expect(differenceOf('x', [0, 0.5], [0, 0]).relative).toBe(0.5);
  });

  it('is infinite where only one of two is NaN', () => {
    expect(differenceOf('x', [NaN, 1], [NaN, 1]).absolute).toBe(0);
    expect(differenceOf('x', [NaN, 1], [1, 1]).absolute).toBe(Infinity);
    expect(differenceOf('x', [1, 1], [1, NaN]).absolute).toBe(Infinity);
  });

  it('refuses arrays of different lengths', () => {
    expect(() => differenceOf('x', [1], [1, 2])).toThrow(ShapeError);
  });

  it('gives the worst of several', () => {
    const differences = [differenceOf('a', [9], [10]), differenceOf('b', [1], [2])];
    expect(worst(differences).at).toBe('b');
  });
});

describe('rowOf', () => {
  const row = (difference: number) =>
    rowOf({
      what: 'w',
      expectedFrom: 'e',
      tolerance: 0.1,
      compare: () => ({ absolute: 1, relative: difference, at: 'x' }),
    });

  it('is right up to the tolerance, and says where it is not', async () => {
    expect(await row(0.1)).toMatchObject({ ok: true, relative: 0.1 });
    expect(await row(0.11)).toMatchObject({ ok: false, note: 'largest in x' });
    expect(await row(NaN)).toMatchObject({ ok: false });
  });

  it('says what went wrong and leaves no tensor', async () => {
    await useBackend(backends[0]);
    const before = tf.memory().numTensors;
    const broken = await rowOf({
      what: 'w',
      expectedFrom: 'e',
      tolerance: 0,
      compare: () => {
        tf.ones([3]);
        throw new Error('no such kernel\nat x');
      },
    });
    expect(broken).toMatchObject({ ok: false, note: 'no such kernel' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
