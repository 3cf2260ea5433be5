/** The supernet with the probabilities of one architecture, against a network of that architecture alone. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../lib/architecture/architecture.js';
import { certainProbabilities, searchProbabilities } from '../../../lib/architecture/certain.js';
import { applyNetwork } from '../../../lib/nn/apply.js';
import type { Network, Scope } from '../../../lib/nn/scope.js';
import { operationNamed } from '../../../lib/search-space/operations/registry.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { completeShape } from '../../../lib/search-space/shape.js';
import { sumOfHeads } from '../../../lib/search-space/supernet/head.js';
import { edgeScope } from '../../../lib/search-space/supernet/mixed-op.js';
import { prepare, prepareArrow } from '../../../lib/search-space/supernet/prepare.js';
import { stem } from '../../../lib/search-space/supernet/stem.js';
import { ALPHA, BETA, supernet } from '../../../lib/search-space/supernet/supernet.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, filledVariables, imageTensor } from '../../helpers/filled-network.js';

const SHAPE = [2, 33, 65, 3] as const;
const OPTIONS = resolveSearchSpace({ layers: 3, filterMultiplier: 1, blocks: 2, classes: 3 });

/** Levels of the trellis at a layer. */
const levelsAt = (layer: number): number => Math.min(layer + 1, 4);

type PathAndCell = Pick<Architecture, 'path' | 'genotype'>;

/** Only the cells of the path, with only the operations of the cell; elsewhere there are zeros. */
function pathOnly({ path, genotype }: PathAndCell): Network {
  const { blocks, filterMultiplier } = OPTIONS;
  const [, height, width] = SHAPE;
  const sizeAt = (level: number) => ({
    height: (height >> (level + 2)) + 1,
    width: (width >> (level + 2)) + 1,
  });
  const cellAt = (place: Scope, older: tf.Tensor4D, previous: tf.Tensor4D): tf.Tensor4D => {
    const states = [older, previous];
    for (const [block, branches] of genotype.blocks.entries()) {
      const [left, right] = [branches.left, branches.right].map(({ input, operation }) => {
        const first = Math.max(input - 1, 0);
        const edge = { consumer: block - first, consumers: blocks - first };
        const scope = edgeScope(place.child(`state${input}`), edge).child(operation);
        return operationNamed(operation).relaxed(scope, states[input], { bnAffine: false });
      });
      states.push(tf.add(left, right));
    }
    return tf.concat(states.slice(2), 3);
  };
  const zerosAt = (level: number) => {
    const size = sizeAt(level);
    const channels = blocks * filterMultiplier * 2 ** level;
    return tf.zeros<tf.Rank.R4>([SHAPE[0], size.height, size.width, channels]);
  };
  return (scope, image) => {
    const { half, quarter } = stem(scope.section('stem'), image, OPTIONS);
    let [older, previous]: tf.Tensor4D[][] = [[], [quarter]];
    path.forEach((level, i) => {
      const place = scope.section(`layer${i + 1}`).child(`stride${4 * 2 ** level}`);
      const own = { filters: filterMultiplier * 2 ** level, bnAffine: false };
      const from = i === 0 ? 0 : path[i - 1];
      const source = i === 0 ? -1 : Math.min(level, older.length - 1);
      const before = prepare(place.child('previous_previous'), source < 0 ? half : older[source], {
        ...own,
        stride: 2 ** (level - source),
      });
      const input = prepareArrow(place, previous[from], level - from, sizeAt(level), own);
      const outputs = Array.from({ length: levelsAt(i + 1) }, (_, other) =>
        other === level ? cellAt(place, before, input) : zerosAt(other),
      );
      [older, previous] = [previous, outputs];
    });
    return sumOfHeads(scope.section('head'), previous, { height, width }, OPTIONS);
  };
}

const branch = (input: number, operation: string) => ({ input, operation });

const ARCHITECTURES: readonly (readonly [name: string, architecture: PathAndCell])[] = [
  [
    'down and up',
    {
      path: [1, 1, 0],
      genotype: {
        blocks: [
          { left: branch(0, 'sep_conv_3x3'), right: branch(1, 'skip_connect') },
          { left: branch(1, 'dil_conv_5x5'), right: branch(2, 'max_pool_3x3') },
        ],
      },
    },
  ],
  [
    'straight down, with H^{l-2} read twice',
    {
      path: [1, 2, 3],
      genotype: {
        blocks: [
          { left: branch(0, 'avg_pool_3x3'), right: branch(0, 'dil_conv_3x3') },
          { left: branch(0, 'sep_conv_5x5'), right: branch(2, 'sep_conv_3x3') },
        ],
      },
    },
  ],
  [
    'flat, with two operations on one edge and one of them zero',
    {
      path: [0, 0, 0],
      genotype: {
        blocks: [
          { left: branch(1, 'none'), right: branch(1, 'sep_conv_3x3') },
          { left: branch(2, 'skip_connect'), right: branch(1, 'sep_conv_5x5') },
        ],
      },
    },
  ],
];

describe('the supernet with the probabilities of one architecture', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  const shape = completeShape({ layers: 3, blocks: 2 });
  const run = (network: Network, alpha: Float32Array, beta: Float32Array) =>
    tf.tidy(() => {
      const variables = {
        ...filledVariables(supernet(OPTIONS), SHAPE),
        [ALPHA]: tf.tensor(alpha, [5, 8]),
        [BETA]: tf.tensor(beta, [beta.length]),
      };
      const { output } = applyNetwork(network, variables, imageTensor(SHAPE), undefined);
      return { shape: output.shape, values: output.dataSync() };
    });

  it.each(ARCHITECTURES)('is the network of its path and operations: %s', (_, architecture) => {
    const { alpha, beta } = certainProbabilities(architecture, shape);
    const expected = run(pathOnly(architecture), alpha, beta);
    for (const evaluation of ['fused', 'plain'] as const) {
      expectSameMap(
        run(supernet(OPTIONS, evaluation, 'probabilities'), alpha, beta),
        expected,
        1e-4,
      );
    }
  });

  it('tells architectures apart', () => {
    const [[, first], [, second]] = ARCHITECTURES;
    const { alpha, beta } = certainProbabilities(first, shape);
    const other = run(pathOnly(second), alpha, beta);
    const own = run(supernet(OPTIONS, 'fused', 'probabilities'), alpha, beta);
    expect(() => {
      expectSameMap(own, other, 1e-2);
    }).toThrow();
  });

  it.each(['valid', 'two-thirds'] as const)(
    'is the same with logits and with what their softmax gives, ends %s',
    (endNormalisation) => {
      const options = { ...OPTIONS, endNormalisation };
      const alpha = Float32Array.from({ length: 40 }, (_, i) => Math.sin(3 * i));
      const beta = Float32Array.from({ length: 15 }, (_, i) => Math.cos(2 * i));
      const given = searchProbabilities({ alpha, beta }, shape, endNormalisation);
      expectSameMap(
        run(supernet(options, 'fused', 'probabilities'), given.alpha, given.beta),
        run(supernet(options), alpha, beta),
        1e-4,
      );
    },
  );
});
