import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Architecture } from '../../lib/architecture/architecture.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError, ShapeError } from '../../lib/errors.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';

const small = { filterMultiplier: 1, classes: 3 };
const tiny = {
  ...small,
  architecture: {
    path: [0, 1],
    genotype: {
      blocks: [
        {
          left: { input: 0, operation: 'sep_conv_3x3' },
          right: { input: 1, operation: 'skip_connect' },
        },
      ],
    },
  },
} as const;

function variablesOf(network: Network) {
  return initializeVariables(declareNetwork(network, [1, 33, 33, 3]).variables, new Random(1));
}

function randomImage(shape: [number, number, number, number]): tf.Tensor4D {
  return tf.tensor4d(fillImage('image', shape), shape);
}

const architectures: fc.Arbitrary<Pick<Architecture, 'path' | 'genotype'>> = fc.record({
  path: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 6 }).map((steps) => {
    let level = 0;
    return steps.map((step) => (level = Math.min(3, Math.max(0, level + step))));
  }),
  genotype: fc
    .integer({ min: 1, max: 4 })
    .chain((blocks) =>
      fc.tuple(
        ...Array.from({ length: blocks }, (_, block) => {
          const branch = fc.record({
            input: fc.integer({ min: 0, max: block + 1 }),
            operation: fc.constantFrom(...PRIMITIVES),
          });
          return fc.record({ left: branch, right: branch });
        }),
      ),
    )
    .map((blocks) => ({ blocks })),
});

describe('the found network', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
  });

  it('scores every pixel for any architecture, width, number of classes and image size', () => {
    const size = fc.integer({ min: 1, max: 90 });
    const count = fc.integer({ min: 1, max: 5 });
    const sizes = fc.tuple(architectures, count, count, size, size);
    const property = fc.property(sizes, ([architecture, filterMultiplier, classes, h, w]) => {
      const network = segmentationNetwork({ architecture, filterMultiplier, classes });
      const { outputShape } = declareNetwork(network, [2, h, w, 3]);
      expect(outputShape).toEqual([2, h, w, classes]);
    });
    fc.assert(property, { numRuns: 40, seed: 1 });
  });

  it('computes what its trace promises, down to an image of one pixel', () => {
    const property = fc.property(
      architectures,
      fc.integer({ min: 1, max: 21 }),
      (architecture, w) => {
        tf.tidy(() => {
          const network = segmentationNetwork({ ...small, architecture });
          const { output } = applyNetwork(network, variablesOf(network), randomImage([2, 1, w, 3]));
          expect(output.shape).toEqual([2, 1, w, 3]);
          expect(tf.all(tf.isFinite(output)).dataSync()[0]).toBe(1);
        });
      },
    );
    fc.assert(property, { numRuns: 4, seed: 2 });
  });

  it('leaves nothing but its scores in memory at inference', () => {
    const network = segmentationNetwork({ ...small, architecture: publishedArchitecture });
    const variables = variablesOf(network);
    const image = randomImage([1, 33, 33, 3]);
    const before = tf.memory().numTensors;
    const { output, updates } = applyNetwork(network, variables, image);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(updates).toEqual({});
    tf.dispose([output, image, variables]);
  });

  it('updates every moving statistic in training, none with frozen batch norm', () => {
    tf.tidy(() => {
      const network = segmentationNetwork(tiny);
      const variables = variablesOf(network);
      const image = randomImage([2, 17, 17, 3]);
      const moving = Object.keys(variables).filter((name) => name.includes('/moving_'));
      expect(moving.length).toBeGreaterThan(20);
      const { updates } = applyNetwork(network, variables, image, {});
      expect(Object.keys(updates).sort()).toEqual(moving.sort());
      const frozen = segmentationNetwork({ ...tiny, fineTuneBatchNorm: false });
      expect(applyNetwork(frozen, variables, image, {}).updates).toEqual({});
    });
  });

  it('drops elements behind the ASPP in a training step with a seed only', () => {
    tf.tidy(() => {
      const image = randomImage([2, 17, 17, 3]);
      const variables = variablesOf(segmentationNetwork(tiny));
      const run = (options: { dropoutKeepProbability?: number }, seed?: number) => {
        const network = segmentationNetwork({ ...tiny, ...options });
        const training = { seed: seed === undefined ? undefined : tf.scalar(seed, 'int32') };
        return applyNetwork(network, variables, image, training).output.dataSync();
      };
      const plain = run({});
      expect(run({ dropoutKeepProbability: 1 }, 5)).toEqual(plain);
      expect(run({}, 5)).toEqual(run({}, 5));
      expect(run({}, 5)).not.toEqual(plain);
      expect(run({}, 6)).not.toEqual(run({}, 5));
    });
  });

  it('asks for the progress of the training where drop path is on', () => {
    tf.tidy(() => {
      const image = randomImage([1, 17, 17, 3]);
      const variables = variablesOf(segmentationNetwork(tiny));
      const run = (options: object, progress?: tf.Scalar) => () => {
        const network = segmentationNetwork({ ...tiny, dropPathKeepProbability: 0.5, ...options });
        applyNetwork(network, variables, image, { seed: tf.scalar(1, 'int32'), progress });
      };
      expect(run({})).toThrow(ConfigError);
      expect(run({}, tf.scalar(0.5))).not.toThrow();
      expect(run({ fineTuneBatchNorm: false })).not.toThrow();
    });
  });

  it('refuses an image without pixels', () => {
    const network = segmentationNetwork(tiny);
    expect(() => declareNetwork(network, [1, 0, 33, 3])).toThrow(ShapeError);
  });
});

describe('the variables of the found network', () => {
  const { variables } = declareNetwork(
    segmentationNetwork({ ...small, architecture: publishedArchitecture }),
    [1, 33, 33, 3],
  );
  const find = (name: string) => {
    const found = variables.find((spec) => spec.name === name);
    if (!found) {
      throw new Error(`no variable ${name}`);
    }
    return found;
  };

  it('are decayed if they are weights of convolutions, and only then', () => {
    expect(variables.filter(({ decay }) => decay)).toEqual(
      variables.filter(({ shape }) => shape.length === 4),
    );
    expect(variables.some(({ name, trainable }) => name.endsWith('gamma') && trainable)).toBe(true);
    expect(find('cell0/block1/right/depthwise1').decay).toBe(true);
  });

  it('learn at the common rate, but for the bias of the scores, at twice the rate', () => {
    const faster = variables.filter(({ learningRateScale }) => learningRateScale !== 1);
    expect(faster.map(({ name, learningRateScale }) => [name, learningRateScale])).toEqual([
      ['decoder/logits/bias', 2],
    ]);
  });

  it.each([
    ['cell3/previous/weights', 1 / Math.sqrt(5)],
    ['stem/conv2/weights', 1 / Math.sqrt(9 * 64)],
    ['aspp/atrous1/weights', Math.sqrt(6 / (9 * (10 + 256)))],
    ['decoder/conv1/weights', Math.sqrt(6 / (9 * (304 + 256)))],
  ])('start uniformly: %s within ±%d', (name, bound) => {
    const { initializer, shape } = find(name);
    const values = initializer(shape, new Random(3));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.5 * bound);
  });

  it('start the scores with a truncated normal of deviation 0.01 and no bias', () => {
    const { initializer } = find('decoder/logits/weights');
    const values = initializer([1, 1, 256, 150], new Random(4));
    const square = values.reduce((total, value) => total + value * value, 0) / values.length;
    expect(Math.sqrt(square)).toBeCloseTo(0.01 * 0.88, 4); // 0.88: what truncation at 2σ leaves
    expect(Math.max(...values)).toBeLessThanOrEqual(0.02);
    const bias = find('decoder/logits/bias');
    expect(bias.initializer(bias.shape, new Random(5)).every((value) => value === 0)).toBe(true);
  });
});
