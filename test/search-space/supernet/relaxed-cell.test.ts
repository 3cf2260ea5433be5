import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellEdges, edgeCount, firstConsumer } from '../../../lib/search-space/edges.js';
import { PAPER_OPERATIONS } from '../../../lib/search-space/operations/paper.js';
import { edgeScope, mixedOp } from '../../../lib/search-space/supernet/mixed-op.js';
import { relaxedCell } from '../../../lib/search-space/supernet/relaxed-cell.js';
import { applyNetwork } from '../../../lib/nn/apply.js';
import type { Network, Scope } from '../../../lib/nn/scope.js';
import { useBackend } from '../../helpers/backends.js';
import { filledVariables, imageTensor } from '../../helpers/filled-network.js';

const blocks = 3;
const shape = [2, 5, 6, 4] as const;
const options = { blocks, operations: PAPER_OPERATIONS, bnAffine: false };

beforeAll(async () => {
  await useBackend('wasm');
});

/** α with a different row for every edge. */
function alphaOf(): tf.Tensor2D {
  const rows = Array.from({ length: edgeCount(blocks) }, (_, edge) =>
    PAPER_OPERATIONS.map((_operation, k) => Math.sin(1 + 3 * edge + 5 * k)),
  );
  return tf.softmax(tf.tensor2d(rows));
}

/** Eq. 1 and 5 as two loops over blocks and states, each edge by eq. 2. */
function byHand(scope: Scope, older: tf.Tensor4D, previous: tf.Tensor4D): tf.Tensor4D {
  const rows = tf.unstack(alphaOf()) as tf.Tensor1D[];
  const states = [older, previous];
  for (let block = 0; block < blocks; block++) {
    const terms = cellEdges(blocks)
      .filter((edge) => edge.block === block)
      .map(({ index, input }) => {
        const first = firstConsumer(input);
        const place = { consumer: block - first, consumers: blocks - first };
        const edge = edgeScope(scope.child(`state${input}`), place);
        return mixedOp(edge, states[input], PAPER_OPERATIONS, rows[index], { bnAffine: false });
      });
    states.push(tf.addN(terms));
  }
  return tf.concat(states.slice(2), 3);
}

describe('the relaxed cell on its own', () => {
  it.each(['fused', 'plain'] as const)('is eq. 1, 2 and 5 written as loops: %s', (evaluation) => {
    tf.tidy(() => {
      const other = imageTensor([...shape], 'other');
      const library: Network = (scope, x) =>
        relaxedCell(scope, [other, x], alphaOf(), { ...options, evaluation });
      const variables = filledVariables(library, [...shape]);
      const x = imageTensor([...shape]);
      const { output } = applyNetwork(library, variables, x);
      const expected = applyNetwork((scope, image) => byHand(scope, other, image), variables, x);
      expect(output.shape).toEqual([2, 5, 6, blocks * 4]);
      const apart = tf.max(tf.abs(tf.sub(output, expected.output))).dataSync()[0];
      expect(apart).toBeLessThan(1e-4);
    });
  });

  it('says what does not fit', () => {
    tf.tidy(() => {
      const x = imageTensor([...shape]);
      const run = (older: tf.Tensor4D, alpha: tf.Tensor2D) => () =>
        applyNetwork((scope, image) => relaxedCell(scope, [older, image], alpha, options), {}, x);
      expect(run(imageTensor([2, 3, 3, 4]), alphaOf())).toThrow(
        'relaxedCell: expected two states of one shape, got [2,3,3,4] and [2,5,6,4]; bring',
      );
      expect(run(x, tf.ones([5, 8]))).toThrow(
        'relaxedCell: expected alpha of [9,8] (edges, operations) for 3 blocks, got [5,8]',
      );
    });
  });
});
