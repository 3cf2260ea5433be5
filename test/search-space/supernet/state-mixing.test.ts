import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  operationNamed,
  resolveOperations,
} from '../../../lib/search-space/operations/registry.js';
import {
  CellMixing,
  diagonalFilter,
  formOf,
  linearOperations,
  StateMixing,
} from '../../../lib/search-space/supernet/state-mixing.js';
import { useBackend } from '../../helpers/backends.js';
import { FOUR, NINE } from '../../helpers/operation-lists.js';

beforeAll(async () => {
  await useBackend('wasm');
});

describe('the forms of operations', () => {
  it('are told by the operations themselves; one without a fused form runs plainly', () => {
    expect(NINE.map((name) => formOf(operationNamed(name)))).toEqual([
      'zero',
      ...['linear', 'linear', 'linear', 'wide', 'wide', 'wide', 'wide'],
      'plain',
    ]);
  });

  it('list those that are images of the state in the order of α', () => {
    const names = linearOperations(resolveOperations(FOUR)).map(({ name }) => name);
    expect(names).toEqual(['max_pool_3x3', 'skip_connect']);
  });
});

describe('diagonalFilter', () => {
  it('scales each channel of each image for each consumer, and mixes no channels', () => {
    tf.tidy(() => {
      // Two images of two channels, two consumers.
      const scales = [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([5, 6, 7, 8])];
      const filter = diagonalFilter(scales, 2, 2);
      expect(filter.shape).toEqual([1, 1, 4, 4]);
      expect(tf.reshape(filter, [4, 4]).arraySync()).toEqual([
        [1, 0, 3, 0],
        [0, 2, 0, 4],
        [5, 0, 7, 0],
        [0, 6, 0, 8],
      ]);
    });
  });
});

describe('α of the edges from a state', () => {
  const operations = resolveOperations(['skip_connect', 'none', 'max_pool_3x3']);

  it('is repeated over the filters of each consumer, once for all cells', () => {
    tf.tidy(() => {
      const alpha = tf.tensor2d([[1, 2, 3], [4, 5, 6]]); // oxfmt-ignore
      const mixing = new StateMixing(alpha, operations, 2);
      expect(mixing.consumers).toBe(2);
      expect(mixing.ofChannels('max_pool_3x3').arraySync()).toEqual([3, 3, 6, 6]);
      expect(mixing.ofChannels('skip_connect').arraySync()).toEqual([1, 1, 4, 4]);
      expect(mixing.ofChannels('none')).toBe(mixing.ofChannels('none'));
      expect(mixing.linearFilter()).toBe(mixing.linearFilter());
      expect(tf.reshape(mixing.linearFilter(), [4, 4]).arraySync()).toEqual([
        [1, 0, 4, 0],
        [0, 1, 0, 4],
        [3, 0, 6, 0],
        [0, 3, 0, 6],
      ]);
    });
  });

  it('takes the rows of the blocks that read the state', () => {
    tf.tidy(() => {
      // B = 3: nine edges; each row holds its own number.
      const alpha = tf.tensor2d(Array.from({ length: 9 }, (_, edge) => [edge, edge, edge]));
      const mixing = new CellMixing(alpha, operations, 3);
      const rows = (input: number) =>
        mixing
          .rows(input)
          .arraySync()
          .map(([edge]) => edge);
      // Block 1 has edges 0, 1; block 2 has 2, 3, 4; block 3 has 5 to 8.
      expect([0, 1, 2, 3].map(rows)).toEqual([[0, 2, 5], [1, 3, 6], [4, 7], [8]]);
    });
  });

  it('is made once per state and number of filters', () => {
    tf.tidy(() => {
      const mixing = new CellMixing(tf.ones([2, 3]), operations, 1);
      expect(mixing.ofState(0, 4)).toBe(mixing.ofState(0, 4));
      expect(mixing.ofState(0, 4)).not.toBe(mixing.ofState(0, 8));
      expect(mixing.ofState(0, 4)).not.toBe(mixing.ofState(1, 4));
    });
  });
});
