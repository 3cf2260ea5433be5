import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { applyNetwork, type TrainingInputs } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { aspp, asppRates, cropPooling } from '../../lib/segmentation/aspp.js';
import type { Size } from '../../lib/size.js';
import { backends, useBackend } from '../helpers/backends.js';
import {
  expectSameMap,
  filledVariables,
  imageTensor,
  normAt,
  runFilled,
} from '../helpers/filled-network.js';
import { expectUniform } from '../helpers/initial-values.js';
import { publishedCost } from '../helpers/network-costs.js';
import {
  concat,
  conv,
  imageMean,
  mapOf,
  norm,
  relu,
  resize,
  type PlainMap,
} from '../helpers/plain-maps.js';

const NORM = { epsilon: 1e-5, momentum: 0.9 };
const SHAPE = [2, 5, 4, 3] as const;

const asppNetwork =
  (outputStride: number, dropoutKeepProbability = 1): Network =>
  (scope, x) =>
    aspp(scope, x, { outputStride, norm: NORM, filters: 256, dropoutKeepProbability });

describe('the atrous rates of the ASPP', () => {
  it.each([
    [4, [24, 48, 72]],
    [8, [12, 24, 36]],
    [16, [6, 12, 18]],
    [32, [3, 6, 9]],
  ])('scale with the resolution: output stride %i', (outputStride, rates) => {
    expect(asppRates(outputStride)).toEqual(rates);
  });

  it.each([
    { path: [0, 0], stride: 4, rates: [24, 48, 72] },
    { path: [0, 1], stride: 8, rates: [12, 24, 36] },
    { path: [1, 2], stride: 16, rates: [6, 12, 18] },
    { path: [1, 2, 3], stride: 32, rates: [3, 6, 9] },
  ])('are $rates in a network of output stride $stride', ({ path, stride, rates }) => {
    const { genotype } = publishedArchitecture;
    const { layers, sections } = publishedCost(2, { architecture: { path, genotype } });
    const atrous = layers.filter(({ name }) => name.startsWith('aspp/atrous'));
    expect(atrous.map(({ rate }) => rate)).toEqual(rates);
    expect(sections.find(({ name }) => name === 'aspp')?.stride).toBe(stride);
  });
});

describe('the ASPP', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
  });

  it('projects image pooling, 1×1 and three atrous branches, joined in this order', () => {
    const run = runFilled(asppNetwork(32), SHAPE);
    const layer = (name: string, x: PlainMap, rate = 1) => {
      const y = conv(x, run.filters[`${name}/weights`], { rate });
      return relu(norm(y, normAt(run, `${name}/bn`, NORM.epsilon, 'moving')));
    };
    const branches = [
      resize(layer('pool', imageMean(run.image)), 5, 4),
      layer('conv1x1', run.image),
      layer('atrous1', run.image, 3),
      layer('atrous2', run.image, 6),
      layer('atrous3', run.image, 9),
    ];
    expectSameMap(run.output, layer('projection', concat(branches)));
    expect(run.output.shape).toEqual([2, 5, 4, 256]);
  });

  it('averages over windows of the training crop, as the authors do, if asked to', () => {
    const crop = { height: 33, width: 25 }; // at stride 8: 5 x 4
    const network: Network = (scope, x) =>
      aspp(scope, x, {
        outputStride: 8,
        norm: NORM,
        filters: 256,
        dropoutKeepProbability: 1,
        poolingCrop: crop,
      });
    const shape = [2, 7, 5, 3] as const;
    const run = runFilled(network, shape);
    const layer = (name: string, x: PlainMap, rate = 1) => {
      const y = conv(x, run.filters[`${name}/weights`], { rate });
      return relu(norm(y, normAt(run, `${name}/bn`, NORM.epsilon, 'moving')));
    };
    const { image } = run;
    const windows = mapOf([2, 3, 2, 3], (b, y, x, c) => {
      let sum = 0;
      for (let dy = 0; dy < 5; dy++) {
        for (let dx = 0; dx < 4; dx++) {
          sum += image.values[((b * 7 + y + dy) * 5 + x + dx) * 3 + c];
        }
      }
      return sum / 20;
    });
    const branches = [
      resize(layer('pool', windows), 7, 5),
      layer('conv1x1', image),
      ...[12, 24, 36].map((rate, i) => layer(`atrous${i + 1}`, image, rate)),
    ];
    expectSameMap(run.output, layer('projection', concat(branches)));
  });

  it.each([
    { crop: { height: 33, width: 25 }, shape: [2, 5, 4, 3] as const }, // the training crop
    { crop: { height: 65, width: 65 }, shape: [1, 5, 4, 3] as const }, // a larger one
  ])('gives the same on maps within the window: crop $crop', ({ crop, shape }) => {
    const networkWith =
      (poolingCrop: Size | undefined): Network =>
      (scope, x) =>
        aspp(scope, x, {
          outputStride: 8,
          norm: NORM,
          filters: 256,
          dropoutKeepProbability: 1,
          poolingCrop,
        });
    expect(runFilled(networkWith(crop), shape).output.values).toEqual(
      runFilled(networkWith(undefined), shape).output.values,
    );
  });

  it('covers a direction in which the map is smaller than the window', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
      const pooled = cropPooling(x, { height: 65, width: 9 }, 8); // 9 x 2 at stride 8
      expect([pooled.shape, [...pooled.dataSync()]]).toEqual([
        [1, 1, 2, 1],
        [3, 4],
      ]);
    });
  });

  it('drops elements in a training step with a seed only, and scales the others', () => {
    tf.tidy(() => {
      const variables = filledVariables(asppNetwork(16), SHAPE);
      const run = (keep: number, training?: TrainingInputs) =>
        applyNetwork(
          asppNetwork(16, keep),
          variables,
          imageTensor(SHAPE),
          training,
        ).output.dataSync();
      const seed = tf.scalar(5, 'int32');
      expect(run(0.5)).toEqual(run(1));
      expect(run(0.5, {})).toEqual(run(1, {}));
      const whole = run(1, { seed });
      const dropped = run(0.5, { seed });
      const alive = [...whole.keys()].filter((i) => whole[i] > 1e-3);
      const kept = alive.filter((i) => dropped[i] !== 0);
      for (const i of kept) {
        expect(dropped[i] / whole[i]).toBeCloseTo(2, 4);
      }
      // within four standard deviations of a half
      const share = kept.length / alive.length;
      expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / alive.length));
    });
  });

  it('starts by the rule of Xavier', () => {
    const { variables } = declareNetwork(asppNetwork(8), [1, 9, 9, 10]);
    expectUniform(variables, 'atrous1/weights', Math.sqrt(6 / (9 * (10 + 256))));
  });
});
