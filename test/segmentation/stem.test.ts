import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { BatchNormOptions } from '../../lib/nn/batch-norm.js';
import type { Network } from '../../lib/nn/scope.js';
import { halfStem, quarterStem } from '../../lib/segmentation/stem.js';
import { backends, useBackend } from '../helpers/backends.js';
import { derivedFixtures, expectClose, variableValues } from '../helpers/derived-fixtures.js';
import { fillInput } from '../helpers/fill.js';
import { expectSameMap, normAt, runFilled } from '../helpers/filled-network.js';
import { expectUniform } from '../helpers/initial-values.js';
import { conv, norm, relu, type PlainMap } from '../helpers/plain-maps.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };

const stemWith =
  (norm: BatchNormOptions): Network =>
  (scope, image) =>
    quarterStem(scope, halfStem(scope, image, { filters: 64, norm }), { filters: 128, norm });

const stem = stemWith(NORM);

describe('the stem of the derived network', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
  });

  it('is three 3×3 convolutions, activated in between but not behind', () => {
    const shape = [1, 9, 6, 3] as const;
    const half = runFilled(
      (scope, image) => halfStem(scope, image, { filters: 64, norm: NORM }),
      shape,
    );
    const quarter = runFilled(stem, shape);
    const layer = (name: string, x: PlainMap, stride: number) =>
      norm(
        conv(x, quarter.filters[`${name}/weights`], { stride }),
        normAt(quarter, `${name}/bn`, NORM.epsilon, 'moving'),
      );
    const second = layer('conv2', relu(layer('conv1', half.image, 2)), 1);
    expect(second.shape).toEqual([1, 5, 3, 64]);
    expectSameMap(half.output, second);
    const third = layer('conv3', relu(second), 2);
    expect(third.shape).toEqual([1, 3, 2, 128]);
    expectSameMap(quarter.output, third);
  });

  const trained = derivedFixtures.filter(({ training }) => training?.batchNorm['stem/conv3']);
  it.each(trained)('sees the statistics of PyTorch in training: $name', (fixture) => {
    tf.tidy(() => {
      const { image: spec, training } = fixture;
      const { mean, variance } = training?.batchNorm['stem/conv3'] ?? { mean: [], variance: [] };
      const network: Network = (scope, input) =>
        stemWith({ epsilon: 1e-3, momentum: 0 })(scope.section('stem'), input);
      const specs = declareNetwork(network, spec.shape).variables;
      const variables = Object.fromEntries(
        specs.map(({ name, shape }) => [name, tf.tensor(variableValues(name, shape), [...shape])]),
      );
      const image = tf.tensor<tf.Rank.R4>(fillInput(spec), spec.shape as never);
      const { updates } = applyNetwork(network, variables, image, {});
      // Without memory the moving statistics are the batch's, the variance without bias.
      const [batch, height, width] = spec.shape;
      const count = batch * Math.ceil(height / 4) * Math.ceil(width / 4);
      const unbiased = variance.map((value) => (value * count) / (count - 1));
      expectClose(updates['stem/conv3/bn/moving_mean'].dataSync(), mean, 1e-4);
      expectClose(updates['stem/conv3/bn/moving_variance'].dataSync(), unbiased, 1e-4);
    });
  });

  it('starts uniformly in ±1/√(fan in)', () => {
    const { variables } = declareNetwork(stem, [1, 33, 33, 3]);
    expectUniform(variables, 'conv2/weights', 1 / Math.sqrt(9 * 64));
  });
});
