import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectedCost } from '../../lib/budget/expected-cost.js';
import { Random } from '../../lib/random.js';
import { edgeIndex } from '../../lib/search-space/edges.js';
import { completeShape, trellisOf, type SearchSpaceShape } from '../../lib/search-space/shape.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { useBackend } from '../helpers/backends.js';
import { everyArchitecture } from './every-architecture.js';

const network = {
  filterMultiplier: 2,
  classes: 3,
  stemWidths: [3, 5] as const,
  headFilters: 2,
  height: 22,
  width: 35,
};
const operations = ['none', 'skip_connect', 'sep_conv_3x3'];
const spaces: readonly (readonly [string, SearchSpaceShape])[] = [
  ['three layers', { ...completeShape({ layers: 3, blocks: 1 }), operations }],
  ['two blocks', { ...completeShape({ layers: 1, blocks: 2 }), operations }],
];

function drawn(shape: SearchSpaceShape, seed: number) {
  const random = new Random(seed).fork('logits');
  const edges = (shape.blocks * (shape.blocks + 3)) / 2;
  const draws = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  return {
    alpha: draws(edges * shape.operations.length),
    beta: draws(trellisOf(shape).arrows.length),
  };
}

/** Softmax of some logits, by itself. */
function softmax(logits: readonly number[]): number[] {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

/** A pool has neither parameters nor multiply-adds: it stands for zero, which would not be built. */
const STANDS_FOR_ZERO = ['max_pool_3x3', ...operations.slice(1)];

/** All architectures of a space, with zero, and their costs. */
const counted = (shape: SearchSpaceShape) =>
  everyArchitecture({ ...shape, operations: STANDS_FOR_ZERO }).map((architecture) => ({
    ...architecture,
    cost: networkCost({ architecture, ...network }),
  }));

/** Sum over all architectures of their probability times their cost. */
function bruteForce(
  all: ReturnType<typeof counted>,
  shape: SearchSpaceShape,
  { alpha, beta }: ReturnType<typeof drawn>,
  resource: 'parameters' | 'multiplyAdds',
): number {
  const { arrows } = trellisOf(shape);
  const width = shape.operations.length;
  let [sum, total] = [0, 0];
  for (const { path, genotype, cost } of all) {
    let probability = 1;
    path.forEach((to, i) => {
      const from = i === 0 ? 0 : path[i - 1];
      const others = arrows.filter((arrow) => arrow.layer === i + 1 && arrow.from === from);
      const chances = softmax(others.map(({ index }) => beta[index]));
      probability *= chances[others.findIndex((arrow) => arrow.to === to)];
    });
    genotype.blocks.forEach(({ left, right }, block) => {
      probability /= ((block + 2) * (block + 1)) / 2; // pairs of edges
      for (const { input, operation } of [left, right]) {
        const row = edgeIndex(block, input) * width;
        const chances = softmax([...alpha.slice(row, row + width)]);
        probability *= chances[STANDS_FOR_ZERO.indexOf(operation)];
      }
    });
    total += probability;
    sum += probability * cost[resource];
  }
  expect(total).toBeCloseTo(1, 9);
  return sum;
}

describe.each(spaces)('the expected cost in a space of %s', (_, shape) => {
  let all: ReturnType<typeof counted> = [];

  beforeAll(async () => {
    await useBackend('wasm');
    all = counted(shape);
  });

  it.each(['parameters', 'multiplyAdds'] as const)(
    'of %s is the mean over all architectures',
    (resource) => {
      const cost = expectedCost({ ...shape, network, resource });
      for (const seed of [1, 2, 3, 4]) {
        const logits = drawn(shape, seed);
        const mean = bruteForce(all, shape, logits, resource);
        expect(cost.of(logits.alpha, logits.beta) / mean).toBeCloseTo(1, 9);
      }
    },
  );

  it('as a tensor is the same over that of uniform probabilities, with its gradients', () => {
    const cost = expectedCost({ ...shape, network, resource: 'multiplyAdds' });
    const { alpha, beta } = drawn(shape, 3);
    tf.tidy(() => {
      const tensors = [
        tf.tensor2d(Float32Array.from(alpha), [
          alpha.length / operations.length,
          operations.length,
        ]),
        tf.tensor1d(Float32Array.from(beta)),
      ] as const;
      const relative = cost.relative(...tensors).dataSync()[0];
      expect(relative).toBeCloseTo(cost.of(alpha, beta) / cost.uniform, 6);
      const gradients = tf.grads((a, b) => cost.relative(a as tf.Tensor2D, b as tf.Tensor1D))([
        ...tensors,
      ]);
      for (const [i, logits] of [alpha, beta].entries()) {
        const found = gradients[i].dataSync();
        logits.forEach((_, k) => {
          const at = (shift: number) => {
            const moved = logits.with(k, logits[k] + shift);
            return i === 0 ? cost.of(moved, beta) : cost.of(alpha, moved);
          };
          const slope = (at(1e-4) - at(-1e-4)) / 2e-4 / cost.uniform;
          expect(found[k]).toBeCloseTo(slope, 6);
        });
        expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(1e-3); // some of them matter
      }
    });
  });
});

describe('expectedCost', () => {
  it('of certain α and β approaches the cost of their architecture', () => {
    const shape = spaces[0][1];
    const alpha = [0, 0, 30, 0, 30, 0]; // H^{l-2}: separable conv, H^{l-1}: skip connection
    const beta = trellisOf(shape).arrows.map(({ to, from }) => (to === from + 1 ? 30 : 0));
    const genotype = {
      blocks: [
        {
          left: { input: 0, operation: 'sep_conv_3x3' },
          right: { input: 1, operation: 'skip_connect' },
        },
      ],
    };
    const { memory } = networkCost({ architecture: { path: [1, 2, 3], genotype }, ...network });
    const cost = expectedCost({ ...shape, network, resource: 'memory' });
    expect(cost.of(alpha, beta) / memory).toBeCloseTo(1, 9);
  });

  it('needs a profile for the latency', () => {
    expect(() => expectedCost({ network, resource: 'latency' })).toThrow(
      'limits.latency: expected a profile of this machine, got none',
    );
  });
});
