/** Batch norm over a single value per channel is refused before a run begins. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ShapeError } from '../../lib/errors.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { batchNorm } from '../../lib/nn/batch-norm.js';
import { batchNormTraining } from '../../lib/ops/batch-norm.js';
import { resolveRetrainConfig, type RetrainConfig } from '../../lib/retrain/options.js';
import { retrain } from '../../lib/retrain/retrain.js';
import { relaxedNorm } from '../../lib/search-space/operations/relaxed.js';
import { defineOperation } from '../../lib/search-space/operations/registry.js';
import { search } from '../../lib/search/search.js';
import { networkCost } from '../../lib/segmentation/cost/cost.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import { backends, useBackend } from '../helpers/backends.js';
import { small, tiny } from '../helpers/derived-networks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { tinyDataset } from '../training/tiny-dataset.js';

const folder = temporaryFolder();
let dataset: Dataset;

const declare = (options: object, shape: number[]) => () =>
  declareNetwork(segmentationNetwork({ ...tiny, ...options }), shape, 'training');

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 4, val: 1 });
});

describe('a batch norm that would see one value per channel', () => {
  it('is refused by name, with the ways out, and only in training', () => {
    expect(declare({}, [1, 33, 33, 3])).toThrow(ShapeError);
    expect(declare({}, [1, 33, 33, 3])).toThrow(
      /^aspp\/pool\/bn: expected more than one value per channel, got one .*batchSize 2 or more.*imagePoolingNorm 'none'/,
    );
    expect(declare({}, [2, 33, 33, 3])).not.toThrow();
    expect(declare({ fineTuneBatchNorm: false }, [1, 33, 33, 3])).not.toThrow();
    expect(declare({ imagePoolingNorm: 'none' }, [1, 33, 33, 3])).not.toThrow();
    expect(() => declareNetwork(segmentationNetwork(tiny), [1, 33, 33, 3])).not.toThrow();
  });

  it('is refused where the map shrinks to one pixel', () => {
    const deep = { ...small, architecture: { ...tiny.architecture, path: [1, 2, 3] } };
    const none = { ...deep, imagePoolingNorm: 'none' };
    expect(declare(none, [1, 32, 32, 3])).toThrow(/^cell2\/block1\/left\/bn1: .* a larger crop/);
    expect(declare(none, [1, 33, 33, 3])).not.toThrow();
    expect(declare(none, [1, 1, 33, 3])).not.toThrow(); // 1 × 2 pixels
    expect(declare(none, [2, 1, 1, 3])).not.toThrow();
  });

  it('is refused per group of images', () => {
    const x = tf.zeros<tf.Rank.R4>([2, 1, 1, 3]);
    expect(() => batchNormTraining(x, 1e-3, {}, 2)).toThrow(/batchNormTraining: expected more/);
    const { y, mean, variance } = batchNormTraining(x, 1e-3, {}, 1);
    tf.dispose([x, y, mean, variance]);
  });

  it('is refused in a network of the user', () => {
    const options = { epsilon: 1e-3, momentum: 0.9 };
    const declared = () =>
      declareNetwork(
        (scope, x) => batchNorm(scope.child('squeeze'), tf.mean(x, [1, 2], true), options),
        [1, 9, 9, 3],
        'training',
      );
    expect(declared).toThrow(/^squeeze: expected more than one value per channel/);
  });
});

describe('image pooling without batch norm', () => {
  it('has a bias in its place: 256 trained numbers fewer', () => {
    const cost = (imagePoolingNorm: 'batch' | 'none') =>
      networkCost({ ...tiny, imagePoolingNorm, height: 33, width: 33 });
    expect(cost('batch').parameters - cost('none').parameters).toBe(256);
    expect(cost('none').multiplyAdds).toBe(cost('batch').multiplyAdds);
  });

  it('refuses another word', () => {
    expect(() => segmentationNetwork({ ...tiny, imagePoolingNorm: 'layer' as never })).toThrow(
      "imagePoolingNorm: expected 'batch' or 'none', got 'layer'",
    );
  });
});

describe.each(backends)('a run at batch 1 on %s', (backend) => {
  beforeAll(() => useBackend(backend));
  const config: Partial<RetrainConfig> = {
    filterMultiplier: 1,
    crop: 17,
    batchSize: 1,
    steps: 1,
    workers: 0,
    validationSplit: null,
  };
  const run = (name: string, changes: Partial<RetrainConfig>) =>
    retrain({
      dataset,
      architecture: TINY_ARCHITECTURE,
      folder: path.join(folder, `${backend}-${name}`),
      preset: 'tiny',
      config: { ...config, ...changes },
    });

  it('is refused before its folder is made, and runs without that norm', async () => {
    await expect(run('refused', {})).rejects.toThrow(/^aspp\/pool\/bn: .*imagePoolingNorm 'none'/);
    expect(existsSync(path.join(folder, `${backend}-refused`))).toBe(false);
    expect(await run('biased', { imagePoolingNorm: 'none' })).toMatchObject({ steps: 1 });
  });

  it('is refused in a search whose operation pools the whole map', async () => {
    defineOperation({
      name: 'squeeze',
      label: 'squeeze',
      shortLabel: 'squeeze',
      color: '#654321',
      family: 'convolution',
      relaxed: (scope, x, options) =>
        tf.mul(x, relaxedNorm(scope, tf.mean(x, [1, 2], true), options)),
      derived: (_, x) => x,
      cost: () => ({ parameters: 0, multiplyAdds: 0 }),
    });
    const request = {
      dataset,
      folder: path.join(folder, `${backend}-search`),
      preset: 'tiny' as const,
      config: {
        operations: ['skip_connect', 'squeeze'],
        layers: 2,
        blocks: 1,
        filterMultiplier: 1,
        crop: 33,
        batchSize: 1,
        workers: 0,
        validationSplit: null,
      },
    };
    await expect(search(request)).rejects.toThrow(/expected more than one value per channel/);
    expect(existsSync(request.folder)).toBe(false);
  });
});

it('is an option of every preset', () => {
  expect(resolveRetrainConfig().imagePoolingNorm).toBe('batch');
});
