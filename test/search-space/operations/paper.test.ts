import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { declareNetwork, countParameters } from '../../../lib/nn/declare.js';
import type { Operation } from '../../../lib/search-space/operations/operation.js';
import { PAPER_OPERATIONS, PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { convolutionsOf, multiplyAddsOf } from '../../../lib/segmentation/cost/convolution-work.js';
import { invertedBottleneck } from '../../helpers/inverted-bottleneck.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };
const CHANNELS = 6;

/** The derived form alone as a network, on shapes only. */
function derivedAlone(operation: Operation, stride: 1 | 2, height: number, width: number) {
  return declareNetwork(
    (scope, x) => operation.derived(scope, x, { stride, norm: NORM }) ?? tf.zerosLike(x),
    [1, height, width, CHANNELS],
  );
}

describe('the operations of the paper', () => {
  it('are 8 in the order of DARTS', () => {
    expect(PRIMITIVES.join(' ')).toBe(
      'none max_pool_3x3 avg_pool_3x3 skip_connect sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5',
    );
  });

  it('have the names of Fig. 3 in figures, and belong to a family', () => {
    const facts = PAPER_OPERATIONS.map(({ label, shortLabel, family }) =>
      [label, shortLabel, family].join(' | '),
    );
    expect(facts).toEqual([
      'no connection | none | none',
      'max pooling 3x3 | max 3×3 | pool',
      'average pooling 3x3 | avg 3×3 | pool',
      'skip connection | skip | skip',
      'separable conv 3x3 | sep 3×3 | convolution',
      'separable conv 5x5 | sep 5×5 | convolution',
      'atrous conv 3x3 | atr 3×3 | convolution',
      'atrous conv 5x5 | atr 5×5 | convolution',
    ]);
    expect(PAPER_OPERATIONS.every(({ color }) => /^#[0-9a-f]{6}$/.test(color))).toBe(true);
  });

  it('have labels, short labels and colours of their own', () => {
    for (const field of ['label', 'shortLabel', 'color'] as const) {
      expect(new Set(PAPER_OPERATIONS.map((operation) => operation[field])).size).toBe(8);
    }
  });

  it.each(PAPER_OPERATIONS.map((operation) => [operation.name, operation] as const))(
    'keep the shape when relaxed and give the size over the stride when derived: %s',
    (_, operation) => {
      const relaxed = declareNetwork(
        (scope, x) => operation.relaxed(scope, x, { bnAffine: true }),
        [2, 9, 7, CHANNELS],
      );
      expect(relaxed.outputShape).toEqual([2, 9, 7, CHANNELS]);
      if (operation.family !== 'none') {
        expect(derivedAlone(operation, 1, 9, 7).outputShape).toEqual([1, 9, 7, CHANNELS]);
        expect(derivedAlone(operation, 2, 9, 7).outputShape).toEqual([1, 5, 4, CHANNELS]);
      }
    },
  );

  const places = [
    { stride: 1, height: 9, width: 7 },
    { stride: 2, height: 9, width: 8 },
    { stride: 2, height: 12, width: 5 },
  ] as const;
  const cases = [...PAPER_OPERATIONS, invertedBottleneck].flatMap((operation) =>
    places.map((place) => [operation.name, place, operation] as const),
  );

  it.each(cases)('cost what the traced network counts: %s %o', (_, place, operation) => {
    const { variables, graph } = derivedAlone(operation, place.stride, place.height, place.width);
    const multiplyAdds = convolutionsOf(graph).reduce((sum, work) => sum + multiplyAddsOf(work), 0);
    expect(operation.cost({ ...place, channels: CHANNELS })).toEqual({
      parameters: countParameters(variables),
      multiplyAdds,
    });
  });
});
