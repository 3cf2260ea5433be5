import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters, declareNetwork } from '../../../lib/nn/declare.js';
import { avgPool3x3 } from '../../../lib/ops/avg-pool.js';
import { resizeBilinear } from '../../../lib/ops/resize.js';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { asppRate, head, sumOfHeads } from '../../../lib/search-space/supernet/head.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import {
  concat,
  conv,
  imageMean,
  mapOf,
  norm,
  relu,
  resize,
  weightedSum,
  type PlainMap,
} from '../../helpers/plain-maps.js';

const size = { layers: 3, filterMultiplier: 1, blocks: 2, classes: 3 };

beforeAll(async () => {
  await useBackend('wasm');
});

describe('asppRate', () => {
  it('is 96 over the stride: 24, 12, 6 and 3', () => {
    expect([0, 1, 2, 3].map(asppRate)).toEqual([24, 12, 6, 3]);
  });
});

describe('the head of a level', () => {
  it.each(['none', 'conv'] as const)(
    'joins 1×1, atrous and image pooling, then classifies; projection %s',
    (asppProjection) => {
      const options = resolveSearchSpace({ ...size, asppProjection });
      const run = runFilled((scope, x) => head(scope, x, 3, options), [2, 7, 8, 5]);
      const layer = (name: string, x: PlainMap, rate = 1) => {
        const y = conv(x, run.filters[`${name}/weights`], { rate });
        return relu(norm(y, normAt(run, `${name}/bn`, SEARCH_EPSILON)));
      };
      const x = relu(run.image);
      const pooled = relu(conv(imageMean(x), run.filters['pool/weights']));
      const branches = [layer('conv1x1', x), layer('atrous', x, 3), resize(pooled, 7, 8)];
      expect(branches.map(({ shape }) => shape[3])).toEqual([16, 16, 16]); // B·F·s/4
      const joined = concat(branches);
      const features = asppProjection === 'conv' ? layer('projection', joined) : joined;
      const scores = conv(features, run.filters['logits/weights']);
      const bias = mapOf(scores.shape, (_b, _y, _x, c) => run.variables['logits/bias'][c]);
      expectSameMap(run.output, weightedSum([scores, bias], [1, 1]));
    },
  );

  it('has the parameters counted by hand', () => {
    const parameters = (change: object) => {
      const options = resolveSearchSpace({ ...size, ...change });
      const { variables } = declareNetwork(
        (scope, x) => head(scope, x, 1, options),
        [1, 9, 9, 4], // 2 · 1 · 2 channels, and as many filters
      );
      return countParameters(variables);
    };
    const convolutions = 16 + 9 * 16 + 16;
    const logits = 12 * 3 + 3;
    expect(parameters({})).toBe(convolutions + 2 * 8 + logits);
    expect(parameters({ bnAffine: 'none' })).toBe(convolutions + logits);
    const projected = 12 * 4 + 8 + (4 * 3 + 3);
    expect(parameters({ asppProjection: 'conv' })).toBe(convolutions + 2 * 8 + projected);
  });

  it('neither decays nor shares the bias of its classes', () => {
    const { variables } = declareNetwork(
      (scope, x) => head(scope, x, 1, resolveSearchSpace(size)),
      [1, 9, 9, 4],
    );
    const classified = variables.filter(({ classAxis }) => classAxis !== undefined);
    expect(classified).toMatchObject([
      { name: 'logits/weights', classAxis: 3, decay: true },
      { name: 'logits/bias', classAxis: 0, decay: false, shape: [3] },
    ]);
  });
});

describe('sumOfHeads', () => {
  it('adds the scores of all levels at the size of the image', () => {
    const options = resolveSearchSpace(size);
    const whole = { height: 33, width: 20 };
    const pooled = (x: tf.Tensor4D) => avgPool3x3(x, { stride: 2 });
    const run = runFilled(
      (scope, x) => sumOfHeads(scope, [x, pooled(x)], whole, options),
      [1, 9, 5, 4],
    );
    const levels = [0, 1].map((level) => {
      const place = `stride${4 * 2 ** level}`;
      return runFilled(
        (scope, x) => {
          const input = level === 0 ? x : pooled(x);
          const scores = head(scope.child(place), input, level, options);
          return resizeBilinear(scores, [33, 20]);
        },
        [1, 9, 5, 4],
      ).output;
    });
    expect(run.output.shape).toEqual([1, 33, 20, 3]);
    expectSameMap(run.output, weightedSum(levels, [1, 1]));
  });
});
