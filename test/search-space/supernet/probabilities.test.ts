import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { betaLogProbabilities } from '../../../lib/architecture/probabilities.js';
import {
  arrowProbabilities,
  operationProbabilities,
} from '../../../lib/search-space/supernet/probabilities.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';
import { useBackend } from '../../helpers/backends.js';
import { fillImage } from '../../helpers/fill.js';

beforeAll(async () => {
  await useBackend('wasm');
});

describe('operationProbabilities', () => {
  it('is the softmax of each row', () => {
    tf.tidy(() => {
      // e^0 : e^ln2 : e^ln5 = 1 : 2 : 5, whatever is added to a row
      const [a, b] = [Math.log(2), Math.log(5)];
      const alpha = tf.tensor2d([[0, a, b], [7 + b, 7, 7 + a]]); // oxfmt-ignore
      const values = operationProbabilities(alpha).dataSync();
      [1, 2, 5, 5, 1, 2].forEach((part, i) => {
        expect(values[i]).toBeCloseTo(part / 8, 6);
      });
    });
  });
});

const trellises = (['free', 'stride-4'] as const).flatMap((firstLayer) =>
  [1, 2, 4].map((levels) => ({ firstLayer, levels })),
);

describe.each(['valid', 'two-thirds'] as const)('arrowProbabilities, %s', (endNormalisation) => {
  it.each(trellises)('equals what decoding uses: $firstLayer, levels $levels', (shape) => {
    tf.tidy(() => {
      const trellis = createTrellis({ layers: 5, ...shape });
      const beta = fillImage('beta', [trellis.arrows.length]);
      const values = arrowProbabilities(trellis, tf.tensor1d(beta), endNormalisation).dataSync();
      const expected = betaLogProbabilities(beta, trellis, endNormalisation).map(Math.exp);
      expect(values).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 6);
      });
    });
  });

  it('has the slopes of finite differences, over the arrows of one node only', () => {
    tf.tidy(() => {
      const trellis = createTrellis({ layers: 2 });
      const beta = fillImage('beta', [7]);
      const of = (x: tf.Tensor) => arrowProbabilities(trellis, x as tf.Tensor1D, endNormalisation);
      const STEP = 1e-2;
      for (const arrow of trellis.arrows) {
        const slope = tf
          .grad((x) => tf.slice(of(x), arrow.index, 1))(tf.tensor1d(beta))
          .dataSync();
        for (const other of trellis.arrows) {
          const at = (step: number) => {
            const moved = beta.map((value, i) => (i === other.index ? value + step : value));
            return of(tf.tensor1d(moved)).dataSync()[arrow.index];
          };
          expect(slope[other.index]).toBeCloseTo((at(STEP) - at(-STEP)) / (2 * STEP), 4);
          const isOfSameNode = other.layer === arrow.layer && other.from === arrow.from;
          expect(slope[other.index] === 0).toBe(!isOfSameNode);
        }
      }
    });
  });
});
