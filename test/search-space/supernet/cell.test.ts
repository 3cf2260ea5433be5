import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../../lib/nn/apply.js';
import type { Network, Scope } from '../../../lib/nn/scope.js';
import { edgeCount } from '../../../lib/search-space/edges.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { resolveOperations } from '../../../lib/search-space/operations/registry.js';
import { operationFilters } from '../../../lib/search-space/options.js';
import { levelSize } from '../../../lib/search-space/sizes.js';
import {
  cell,
  contributions,
  type CellContext,
  type Evaluation,
} from '../../../lib/search-space/supernet/cell.js';
import { prepare, prepareArrow } from '../../../lib/search-space/supernet/prepare.js';
import { CellMixing } from '../../../lib/search-space/supernet/state-mixing.js';
import { stem } from '../../../lib/search-space/supernet/stem.js';
import { backends, useBackend } from '../../helpers/backends.js';
import { imageTensor, filledVariables } from '../../helpers/filled-network.js';
import { expectMapOf } from '../../helpers/filled-supernet.js';
import { NINE } from '../../helpers/operation-lists.js';
import {
  optionsOf,
  supernetFixtures,
  type SupernetFixture,
} from '../../helpers/supernet-fixtures.js';

const evaluations = ['fused', 'plain'] as const;

/** α for all edges of a cell over some operations, before the softmax. */
function alphaOf(scope: Scope, blocks: number, operations: readonly string[]): CellMixing {
  const shape = [edgeCount(blocks), operations.length];
  const logits = scope.variable('alpha', shape, () => new Float32Array()) as tf.Tensor2D;
  return new CellMixing(tf.softmax(logits), resolveOperations(operations), blocks);
}

/** The node of the first layer at a level: the cell on both stem outputs, weighted by β. */
function firstNode(fixture: SupernetFixture, level: number, evaluation: Evaluation): Network {
  const options = optionsOf(fixture);
  const { blocks, missingInput, cellWeights } = options;
  const bnAffine = options.bnAffine === 'all';
  const filters = operationFilters(options.filterMultiplier, level);
  return (scope, image) => {
    const { half, quarter } = stem(scope.section('stem'), image, options);
    const alpha = alphaOf(scope.section('architecture'), blocks, PRIMITIVES);
    const context: CellContext = { alpha, blocks, bnAffine, evaluation };
    const node = scope.child('layer1').child(`stride${4 * 2 ** level}`);
    const stride = 2 ** (level + 1);
    const size = levelSize({ height: image.shape[1], width: image.shape[2] }, level);
    const previous = prepareArrow(node, quarter, level, size, { filters, bnAffine });
    const place = cellWeights === 'shared' ? node : node.child(['same_cell', 'down_cell'][level]);
    const state =
      missingInput === 'resize' &&
      prepare(node.child('previous_previous'), half, { filters, stride, bnAffine });
    const older = state ? contributions(place, state, 0, context) : undefined;
    const y = cell(place, { older, previous, arrows: 1 }, context);
    const beta = scope.child('architecture').variable('beta', [2], () => new Float32Array());
    return tf.mul(y, tf.slice(tf.softmax(beta), level, 1));
  };
}

beforeAll(async () => {
  await useBackend(backends[0]);
});

describe.each(evaluations)('the cell of the supernet in %s form', (evaluation) => {
  it.each(supernetFixtures)('gives both maps of PyTorch in the first layer: $name', (fixture) => {
    for (const level of [0, 1]) {
      const map = fixture.nodes.find(
        ({ layer, stride }) => layer === 1 && stride === 4 + 4 * level,
      );
      expect(map).toBeDefined();
      if (map) {
        expectMapOf(fixture, firstNode(fixture, level, evaluation), map);
      }
    }
  });

  it('sums the edges of each block and joins the blocks: H_1 = a + b, H_2 = a + b + H_1', () => {
    tf.tidy(() => {
      const network =
        (hasOlder: boolean): Network =>
        (scope, b) => {
          const alpha = alphaOf(scope, 2, ['skip_connect']);
          const context: CellContext = { alpha, blocks: 2, bnAffine: false, evaluation };
          const a = tf.mul<tf.Tensor4D>(b, 10);
          const older = hasOlder ? contributions(scope, a, 0, context) : undefined;
          return cell(scope, { older, previous: b, arrows: 1 }, context);
        };
      const b = tf.tensor4d([1, -2], [1, 1, 1, 2]);
      const run = (hasOlder: boolean) => {
        const variables = { alpha: tf.zeros([5, 1]) };
        return Array.from(applyNetwork(network(hasOlder), variables, b).output.dataSync());
      };
      expect(run(true)).toEqual([11, -22, 22, -44]);
      expect(run(false)).toEqual([1, -2, 2, -4]);
    });
  });
});

describe('the cells of several arrows in one batch', () => {
  it.each([
    ['the eight operations', PRIMITIVES],
    ['nine operations', NINE],
  ])('equal the cells one by one: %s', (_, operations) => {
    tf.tidy(() => {
      const arrows = 3;
      const context = (scope: Scope): CellContext => ({
        alpha: alphaOf(scope.section('architecture'), 2, operations),
        blocks: 2,
        bnAffine: true,
        evaluation: 'fused',
      });
      const shape = [2 * arrows, 6, 5, 3] as const;
      const older = imageTensor([2, 6, 5, 3], 'older');
      const together: Network = (scope, previous) => {
        const shared = context(scope);
        const parts = contributions(scope, older, 0, shared);
        return cell(scope, { older: parts, previous, arrows }, shared);
      };
      const oneByOne: Network = (scope, previous) => {
        const shared = context(scope);
        const parts = contributions(scope, older, 0, shared);
        const cells = tf
          .split<tf.Tensor4D>(previous, arrows)
          .map((one) => cell(scope, { older: parts, previous: one, arrows: 1 }, shared));
        return tf.concat(cells);
      };
      const variables = filledVariables(together, shape);
      const [a, b] = [together, oneByOne].map(
        (network) => applyNetwork(network, variables, imageTensor(shape)).output,
      );
      expect(a.shape).toEqual([2 * arrows, 6, 5, 2 * 3]);
      expect(tf.norm(tf.sub(a, b)).dataSync()[0] / tf.norm(b).dataSync()[0]).toBeLessThan(1e-5);
    });
  });
});
