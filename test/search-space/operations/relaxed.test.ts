import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { relaxedNorm, SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { norm, type PlainMap } from '../../helpers/plain-maps.js';

const SHAPE = [4, 3, 2, 3] as const;

/** The images from `first` to `end`. */
function images({ shape: [, h, w, c], values }: PlainMap, first: number, end: number): PlainMap {
  const size = h * w * c;
  const part = Array.from(values).slice(first * size, end * size);
  return { shape: [end - first, h, w, c], values: part };
}

describe('the batch norm of the supernet', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('normalises by the statistics of the batch, and updates nothing', () => {
    for (const training of [undefined, {}]) {
      const run = runFilled(
        (scope, x) => relaxedNorm(scope, x, { bnAffine: false }),
        SHAPE,
        training,
      );
      expect(run.variables).toEqual({});
      expect(run.updates).toEqual({});
      expectSameMap(run.output, norm(run.image, { epsilon: SEARCH_EPSILON }));
    }
  });

  it('trains scale and offset if it is affine', () => {
    const run = runFilled((scope, x) => relaxedNorm(scope, x, { bnAffine: true }), SHAPE);
    expect(Object.keys(run.variables)).toEqual(['gamma', 'beta']);
    expectSameMap(run.output, norm(run.image, { ...run.variables, epsilon: SEARCH_EPSILON }));
  });

  it('multiplies the result by a factor per channel, the offset included', () => {
    const factor = [0.5, -2, 3];
    const run = runFilled(
      (scope, x) => relaxedNorm(scope.child('bn'), x, { bnAffine: true }, tf.tensor1d(factor)),
      SHAPE,
    );
    const plain = norm(run.image, normAt(run, 'bn', SEARCH_EPSILON));
    const values = Array.from(plain.values, (value, i) => value * factor[i % 3]);
    expectSameMap(run.output, { ...plain, values });
  });

  it('normalises each group of images by itself', () => {
    const options = { bnAffine: false, groups: 2 };
    const run = runFilled((scope, x) => relaxedNorm(scope, x, options), SHAPE);
    for (const [first, end] of [
      [0, 2],
      [2, 4],
    ]) {
      // oxfmt-ignore
      const alone = norm(images(run.image, first, end), { epsilon: SEARCH_EPSILON });
      expectSameMap(images(run.output, first, end), alone);
    }
  });
});
