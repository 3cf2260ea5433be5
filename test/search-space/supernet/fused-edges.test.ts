/** The fast form of the edges that leave a state against the plain one, edge by edge. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../../lib/nn/scope.js';
import { resolveOperations } from '../../../lib/search-space/operations/registry.js';
import { fusedEdges } from '../../../lib/search-space/supernet/fused-edges.js';
import { edgeScope, mixedOp } from '../../../lib/search-space/supernet/mixed-op.js';
import { StateMixing } from '../../../lib/search-space/supernet/state-mixing.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, runFilled } from '../../helpers/filled-network.js';
import { NINE } from '../../helpers/operation-lists.js';

describe('fusedEdges', () => {
  const ALPHA = [[0.5, 0.3], [0.2, 0.7], [0.6, 0.1]]; // oxfmt-ignore
  const consumers = ALPHA.length;

  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each(NINE.filter((name) => name !== 'skip_connect'))(
    'gives each consumer its own %s beside a skip connection, in groups as well',
    (name) => {
      const operations = resolveOperations([name, 'skip_connect']);
      for (const [bnAffine, groups] of [
        [true, 1],
        [false, 2],
        [true, 2],
      ] as const) {
        // oxfmt-ignore
        const options = { bnAffine, groups };
        const fused: Network = (scope, x) => {
          const mixing = new StateMixing(tf.tensor2d(ALPHA), operations, x.shape[3]);
          return fusedEdges(scope.child('state1'), x, mixing, options);
        };
        const plain: Network = (scope, x) =>
          tf.concat(
            ALPHA.map((row, consumer) => {
              const edge = edgeScope(scope.child('state1'), { consumer, consumers });
              return mixedOp(edge, x, operations, tf.tensor1d(row), options);
            }),
            3,
          );
        const [a, b] = [fused, plain].map((network) => runFilled(network, [4, 6, 5, 3]));
        expect(a.output.shape).toEqual([4, 6, 5, 3 * consumers]);
        expect(Object.keys(a.variables).sort()).toEqual(Object.keys(b.variables).sort());
        expectSameMap(a.output, b.output);
      }
    },
  );
});
