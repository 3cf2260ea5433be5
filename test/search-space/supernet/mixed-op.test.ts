import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { constant } from '../../../lib/nn/initializers.js';
import { convolution, depthwiseConvolution } from '../../../lib/nn/layers.js';
import { PAPER_OPERATIONS } from '../../../lib/search-space/operations/paper.js';
import { resolveOperations } from '../../../lib/search-space/operations/registry.js';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { edgeScope, mixedOp } from '../../../lib/search-space/supernet/mixed-op.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { maximum, norm, pool, weightedSum } from '../../helpers/plain-maps.js';

beforeAll(async () => {
  await useBackend('wasm');
});

describe('edgeScope', () => {
  it('finds the part of an edge along the output axis of the variables of its state', () => {
    tf.tidy(() => {
      const parts = [0, 1, 2].map((consumer) =>
        runFilled(
          (scope) => {
            const edge = edgeScope(scope.child('state1'), { consumer, consumers: 3 });
            return edge.variable('w', [1, 1, 2, 4], constant(0)) as tf.Tensor4D;
          },
          [1, 1, 1, 2],
        ),
      );
      const { shape, values } = parts[0].filters['state1/w'];
      expect(shape).toEqual([1, 1, 2, 12]);
      parts.forEach((part, consumer) => {
        const own = Array.from(values).filter((_, i) => Math.floor((i % 12) / 4) === consumer);
        expect(Array.from(part.output.values)).toEqual(own);
      });
    });
  });

  it('divides depthwise filters by their channels', () => {
    const { variables } = declareNetwork(
      (scope, x) => {
        const edge = edgeScope(scope, { consumer: 1, consumers: 2 });
        const y = depthwiseConvolution(edge, x, { kernel: 3, name: 'depthwise' });
        return convolution(edge, y, { filters: 5, kernel: 1 });
      },
      [1, 4, 4, 3],
    );
    expect(variables.map(({ name, shape }) => [name, shape])).toEqual([
      ['depthwise', [3, 3, 6, 1]],
      ['weights', [1, 1, 3, 10]],
    ]);
  });
});

describe('mixedOp', () => {
  it('weighs its operations by α: eq. 2', () => {
    const operations = resolveOperations(['none', 'max_pool_3x3', 'skip_connect']);
    const run = runFilled(
      (scope, x) => mixedOp(scope, x, operations, tf.tensor1d([0.5, 0.2, 0.3]), { bnAffine: true }),
      [2, 4, 5, 3],
    );
    const place = normAt(run, 'max_pool_3x3/bn', SEARCH_EPSILON);
    const pooled = norm(pool(run.image, maximum), place);
    expectSameMap(run.output, weightedSum([pooled, run.image], [0.2, 0.3]));
  });

  it('holds the weights of each operation under its name', () => {
    const { variables } = declareNetwork(
      (scope, x) => mixedOp(scope, x, PAPER_OPERATIONS, tf.ones([8]), { bnAffine: false }),
      [1, 4, 4, 2],
    );
    expect(new Set(variables.map(({ name }) => name.split('/')[0]))).toEqual(
      new Set(['sep_conv_3x3', 'sep_conv_5x5', 'dil_conv_3x3', 'dil_conv_5x5']),
    );
  });
});
