import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { loadNetwork } from '../../lib/inference/load-network.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { trainTiny } from '../training/train-tiny.js';

const folder = temporaryFolder();
const trained = path.join(folder, 'trained');
let dataset: Dataset;

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6 });
  await trainTiny(dataset, trained, { filterMultiplier: 2 });
}, 120_000);

describe('loadNetwork', () => {
  it('has the classes and the options that it was trained with, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const network = await loadNetwork(trained, { checkpoint: 'last' });
    network.predictor.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(network.classes.map(({ name }) => name)).toEqual(['dark', 'red', 'green']);
    expect(network).toMatchObject({
      datasetName: 'tiny',
      options: { filterMultiplier: 2, split: 'train', resolution: 1 },
    });
  });

  it('refuses a folder without a run, and the run of a search', async () => {
    await expect(loadNetwork(path.join(folder, 'data'))).rejects.toThrow(DataError);
    const search = path.join(folder, 'search');
    const run = await RunDirectory.create(search, { kind: 'search', config: {}, seed: 1 });
    await run.close();
    await expect(loadNetwork(search)).rejects.toThrow(ConfigError);
    await expect(loadNetwork(search)).rejects.toThrow('expected a retrain run, got a search');
  });
});
