import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../../lib/nn/apply.js';
import type { Network } from '../../../lib/nn/scope.js';
import { avgPool, maxPool } from '../../../lib/search-space/operations/pool.js';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { average, maximum, norm, pool } from '../../helpers/plain-maps.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };
const kinds = [
  { name: 'max', operation: maxPool, reduce: maximum },
  { name: 'average', operation: avgPool, reduce: average },
] as const;

/** A 3 × 3 map that counts from −9 to −1. */
const negative = () => tf.tensor4d([-9, -8, -7, -6, -5, -4, -3, -2, -1], [1, 3, 3, 1]);

describe('3×3 pooling', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each([
    ['maximum', maxPool, [-5, -4, -4, -2, -1, -1, -2, -1, -1]],
    // corners over 4 pixels, edges over 6, the centre over 9
    ['average', avgPool, [-7, -6.5, -6, -5.5, -5, -4.5, -4, -3.5, -3]],
  ] as const)(
    'takes the %s of the pixels that exist, padding left out',
    (_, operation, expected) => {
      tf.tidy(() => {
        const derived: Network = (scope, x) =>
          operation.derived(scope, x, { stride: 1, norm: NORM }) ?? tf.zerosLike(x);
        const values = applyNetwork(derived, {}, negative()).output.dataSync();
        expected.forEach((value, i) => {
          expect(values[i]).toBeCloseTo(value, 5);
        });
      });
    },
  );

  it.each(kinds)('has a batch norm behind it when relaxed: $name', ({ operation, reduce }) => {
    const run = runFilled(
      (scope, x) => operation.relaxed(scope, x, { bnAffine: true }),
      [2, 5, 6, 3],
    );
    expectSameMap(run.output, norm(pool(run.image, reduce), normAt(run, 'bn', SEARCH_EPSILON)));
  });

  it.each(
    kinds.flatMap((kind) => ([1, 2] as const).map((stride) => ({ ...kind, stride }))), // oxfmt-ignore
  )('has none in the derived network: $name, stride $stride', ({ operation, reduce, stride }) => {
    for (const [height, width] of [
      [7, 5],
      [6, 8],
    ]) {
      // oxfmt-ignore
      const run = runFilled(
        (scope, x) => operation.derived(scope, x, { stride, norm: NORM }) ?? tf.zerosLike(x),
        [2, height, width, 3],
      );
      expect(run.variables).toEqual({});
      expectSameMap(run.output, pool(run.image, reduce, stride));
    }
  });
});
