import { beforeAll, describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { deeplabDecoder, lowLevelCell } from '../../lib/segmentation/deeplab-decoder.js';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';
import { expectSameMap, imageTensor, normAt, runFilled } from '../helpers/filled-network.js';
import { expectUniform, variableNamed } from '../helpers/initial-values.js';
import {
  concat,
  conv,
  mapOf,
  norm,
  relu,
  resize,
  weightedSum,
  type PlainMap,
} from '../helpers/plain-maps.js';

const NORM = { epsilon: 1e-5, momentum: 0.9 };
const ENCODED = [1, 2, 2, 4] as const;

/** The decoder on a low-level feature and an encoder's output that follows from its name. */
const decoderNetwork =
  (size: readonly [number, number], encoded: PlainMap['shape'], classes: number): Network =>
  (scope, lowLevel) =>
    deeplabDecoder(
      scope,
      { encoded: imageTensor(encoded, 'encoded'), lowLevel, size },
      { classes, filters: 256, norm: NORM },
    );

describe('the low-level feature', () => {
  it.each([
    { path: [...publishedArchitecture.path], cell: 2 },
    { path: [0], cell: 0 },
    { path: [0, 0, 0], cell: 2 },
    { path: [1, 0, 0, 1, 0], cell: 2 },
    { path: [0, 1, 0, 0], cell: 0 },
    { path: [1, 2, 1], cell: undefined },
  ])('of the path $path is the output of cell $cell (none: the stem)', ({ path, cell }) => {
    expect(lowLevelCell(path)).toBe(cell);
  });
});

describe('the DeepLab decoder', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
  });

  it('joins both features at the size asked for, encoder first, and classifies', () => {
    // The low-level feature is resized, too: paths without stride 4 end with another size.
    for (const [height, width] of [
      [3, 4],
      [2, 3],
    ] as const) {
      // oxfmt-ignore
      const run = runFilled(decoderNetwork([height, width], ENCODED, 3), [1, 3, 4, 5]);
      const layer = (name: string, x: PlainMap) => {
        const y = conv(x, run.filters[`${name}/weights`]);
        return relu(norm(y, normAt(run, `${name}/bn`, NORM.epsilon, 'moving')));
      };
      const encoded = { shape: ENCODED, values: fillImage('encoded', ENCODED) };
      const detail = layer('low_level', run.image);
      expect(detail.shape[3]).toBe(48);
      const joined = concat([encoded, detail].map((x) => resize(x, height, width)));
      const features = layer('conv2', layer('conv1', joined));
      const scores = conv(features, run.filters['logits/weights']);
      const bias = mapOf(scores.shape, (_b, _y, _x, c) => run.variables['logits/bias'][c]);
      expectSameMap(run.output, weightedSum([scores, bias], [1, 1]));
    }
  });

  const { variables } = declareNetwork(decoderNetwork([9, 9], [1, 5, 5, 256], 150), [1, 9, 9, 10]);

  it('starts by the rule of Xavier', () => {
    expectUniform(variables, 'conv1/weights', Math.sqrt(6 / (9 * (304 + 256))));
  });

  it('starts the scores with a truncated normal of deviation 0.01 and no bias', () => {
    const { initializer, shape } = variableNamed(variables, 'logits/weights');
    expect(shape).toEqual([1, 1, 256, 150]);
    const values = initializer(shape, new Random(4));
    const square = values.reduce((total, value) => total + value * value, 0) / values.length;
    expect(Math.sqrt(square)).toBeCloseTo(0.01 * 0.88, 4); // 0.88: what truncation at 2σ leaves
    expect(Math.max(...values)).toBeLessThanOrEqual(0.02);
    const bias = variableNamed(variables, 'logits/bias');
    expect(bias.initializer(bias.shape, new Random(5)).every((value) => value === 0)).toBe(true);
  });

  it('knows which of its variables have a number per class', () => {
    const classified = variables.filter(({ classAxis }) => classAxis !== undefined);
    expect(classified).toMatchObject([
      { name: 'logits/weights', classAxis: 3, learningRateScale: 1 },
      { name: 'logits/bias', classAxis: 0, learningRateScale: 2, decay: false },
    ]);
  });
});
