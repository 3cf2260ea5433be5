import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../../lib/errors.js';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { constant } from '../../../lib/nn/initializers.js';
import type { Network } from '../../../lib/nn/scope.js';
import { edgeCount } from '../../../lib/search-space/edges.js';
import { resolveOperations } from '../../../lib/search-space/operations/registry.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { cell, contributions } from '../../../lib/search-space/supernet/cell.js';
import { sumOfHeads } from '../../../lib/search-space/supernet/head.js';
import { prepare, prepareArrow } from '../../../lib/search-space/supernet/prepare.js';
import { CellMixing } from '../../../lib/search-space/supernet/state-mixing.js';
import { stem } from '../../../lib/search-space/supernet/stem.js';
import {
  ALPHA,
  BETA,
  isArchitectureVariable,
  supernet,
} from '../../../lib/search-space/supernet/supernet.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, runFilled } from '../../helpers/filled-network.js';
import { NINE } from '../../helpers/operation-lists.js';

describe('the parts of the supernet', () => {
  it('gives a supernet with one node fewer in each of the first layers', () => {
    const size = { layers: 2, filterMultiplier: 1, blocks: 1, classes: 3 };
    const names = (firstLayer: 'free' | 'stride-4') =>
      declareNetwork(supernet(resolveSearchSpace({ ...size, firstLayer })), [1, 33, 33, 3])
        .variables.map(({ name }) => /^(layer\d+\/stride\d+)\//.exec(name)?.[1])
        .filter((name, i, all) => name !== undefined && all.indexOf(name) === i);
    expect(names('free')).toEqual([
      'layer1/stride4',
      'layer1/stride8',
      'layer2/stride4',
      'layer2/stride8',
      'layer2/stride16',
    ]);
    expect(names('stride-4')).toEqual(['layer1/stride4', 'layer2/stride4', 'layer2/stride8']);
  });

  it('are the sections of its variables', () => {
    const options = resolveSearchSpace({ layers: 2, filterMultiplier: 1, blocks: 1, classes: 3 });
    const { variables } = declareNetwork(supernet(options), [1, 33, 33, 3]);
    for (const { name, section } of variables) {
      expect(name.startsWith(`${section}/`)).toBe(true);
    }
    expect([...new Set(variables.map(({ section }) => section))]).toEqual([
      'stem',
      'architecture',
      'layer1',
      'layer2',
      'head',
    ]);
  });

  it('have an α of the shape of the search space, and know it from weights', () => {
    const size = { layers: 3, filterMultiplier: 1, blocks: 2, classes: 3 };
    const options = resolveSearchSpace({ ...size, operations: NINE });
    const { variables } = declareNetwork(supernet(options), [1, 33, 33, 3]);
    const architecture = variables.filter(({ name }) => isArchitectureVariable(name));
    expect(architecture.map(({ name, shape }) => [name, shape])).toEqual([
      [ALPHA, [5, 9]],
      [BETA, [15]],
    ]);
  });

  it('need two pixels at the deepest level that the layers reach', () => {
    const size = { filterMultiplier: 1, blocks: 1, classes: 3 };
    const declare = (layers: number, pixels: number) => () =>
      declareNetwork(supernet(resolveSearchSpace({ ...size, layers })), [1, pixels, 33, 3]);
    expect(declare(3, 32)).toThrow(ShapeError);
    expect(declare(2, 32)).not.toThrow();
  });
});

type Options = ReturnType<typeof resolveSearchSpace>;

/** The supernet as eq. 6 and 7 have it: node by node, term by term, without a trellis. */
function byEquations(options: Options): Network {
  const { layers, blocks, filterMultiplier: F, firstLayer, endNormalisation } = options;
  const late = firstLayer === 'free' ? 0 : 1;
  const levelsOf = (layer: number) => Math.max(1, Math.min(layer - late + 1, 4));
  const bnAffine = options.bnAffine === 'all';
  return (scope, image) => {
    const [, height, width] = image.shape;
    const { half, quarter } = stem(scope.section('stem'), image, options);
    const operations = resolveOperations(options.operations);
    const variables = scope.section('architecture');
    const alpha = variables.variable('alpha', [edgeCount(blocks), operations.length], constant(0));
    const context = {
      alpha: new CellMixing(tf.softmax(alpha as tf.Tensor2D), operations, blocks),
      blocks,
      bnAffine,
      evaluation: 'plain',
    } as const;
    const arrows = Array.from({ length: layers }, (_, before) =>
      Array.from({ length: levelsOf(before) }, (_from, from) =>
        [from - 1, from, from + 1].filter((to) => to >= 0 && to < levelsOf(before + 1)),
      ),
    );
    const logits = variables.variable('beta', [arrows.flat(2).length], constant(0));
    let used = 0;
    let [older, previous]: tf.Tensor4D[][] = [[], [quarter]];
    for (let layer = 1; layer <= layers; layer++) {
      const terms: tf.Tensor4D[][] = Array.from({ length: levelsOf(layer) }, () => []);
      arrows[layer - 1].forEach((targets, from) => {
        const own = tf.softmax(tf.slice(logits, used, targets.length));
        used += targets.length;
        const share = endNormalisation === 'two-thirds' ? targets.length / 3 : 1;
        targets.forEach((to, i) => {
          const beta = tf.mul(tf.slice(own, i, 1), share);
          const place = scope.section(`layer${layer}`).child(`stride${4 * 2 ** to}`);
          const filters = F * 2 ** to;
          const source = layer === 1 ? -1 : Math.min(to, older.length - 1);
          const isMissing = source !== to && options.missingInput === 'drop';
          const state = isMissing
            ? undefined
            : prepare(place.child('previous_previous'), source < 0 ? half : older[source], {
                filters,
                stride: 2 ** (to - source),
                bnAffine,
              });
          const size = { height: height >> (to + 2), width: width >> (to + 2) };
          const input = prepareArrow(
            place,
            previous[from],
            to - from,
            { height: size.height + 1, width: size.width + 1 },
            { filters, bnAffine },
          );
          const names = ['up_cell', 'same_cell', 'down_cell'];
          const weights =
            options.cellWeights === 'shared' ? place : place.child(names[to - from + 1]);
          const y = cell(
            weights,
            {
              older: state && contributions(weights, state, 0, context),
              previous: input,
              arrows: 1,
            },
            context,
          );
          terms[to].push(tf.mul(y, beta));
        });
      });
      [older, previous] = [previous, terms.map((some) => tf.addN(some))];
    }
    return sumOfHeads(scope.section('head'), previous, { height, width }, options);
  };
}

describe('the supernet', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  const size = { layers: 3, filterMultiplier: 1, blocks: 2, classes: 3 };
  const two = ['skip_connect', 'sep_conv_3x3'];

  it.each([
    ['as the paper has it', {}],
    ['without what is missing of H^{l-2}', { missingInput: 'drop' }],
    ['with cells of its own for every arrow', { cellWeights: 'separate' }],
    ['with affine batch norms', { bnAffine: 'all' }],
    ['with 2/3 at the ends', { endNormalisation: 'two-thirds' }],
    ['from stride 4', { firstLayer: 'stride-4', endNormalisation: 'two-thirds' }],
  ] as const)('is what eq. 6 and 7 say, in both forms: %s', (_, change) => {
    const options = resolveSearchSpace({ ...size, ...change, operations: two });
    const expected = runFilled(byEquations(options), [2, 33, 65, 3]);
    for (const evaluation of ['fused', 'plain'] as const) {
      const run = runFilled(supernet(options, evaluation), [2, 33, 65, 3]);
      expect(Object.keys(run.variables).sort()).toEqual(Object.keys(expected.variables).sort());
      expectSameMap(run.output, expected.output, 1e-4);
    }
  });
});
