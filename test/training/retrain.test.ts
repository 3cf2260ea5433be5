import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readImageFile } from '../../lib/dataset/image-file.js';
import { readLabelFile } from '../../lib/dataset/label-file.js';
import type { Architecture } from '../../lib/decoder/architecture.js';
import { ConfigError, DataError, NumericError } from '../../lib/errors.js';
import { scores } from '../../lib/metrics/scores.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { readHistory } from '../../lib/run/history.js';
import { evaluate } from '../../lib/training/evaluate.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { predict } from '../../lib/training/predict.js';
import { retrain } from '../../lib/training/retrain.js';
import type { RetrainConfig } from '../../lib/training/retrain-config.js';
import { loadTrainedNetwork } from '../../lib/training/trained-network.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from './tiny-dataset.js';

const folder = temporaryFolder();
let dataset: Dataset;

const architecture: Architecture = {
  version: 1,
  path: [0, 1, 0],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  },
  provenance: { source: 'test' },
};

const config: Partial<RetrainConfig> = {
  filterMultiplier: 1,
  crop: 33,
  batchSize: 2,
  epochs: 2,
  validateEvery: 2,
  dropPathKeepProbability: 0.6,
  workers: 0,
};

const run = (name: string, changes: Partial<RetrainConfig> = {}, more: object = {}) =>
  retrain({
    dataset,
    architecture,
    folder: path.join(folder, name),
    preset: 'tiny',
    config: { ...config, ...changes },
    ...more,
  });

async function trace(name: string): Promise<(number | null)[][]> {
  const rows = await readHistory(path.join(folder, name, 'history.arrow'));
  return rows
    .filter(({ kind }) => kind === 'step')
    .map(({ step, loss, learningRate }) => [step, loss, learningRate]);
}

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6 });
});

describe.each(backends)('retrain on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('gives the same losses twice and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await run(`${backend}-first`);
    expect(tf.memory().numTensors).toBe(before);
    await run(`${backend}-second`);
    const losses = await trace(`${backend}-first`);
    expect(losses).toHaveLength(6);
    expect(await trace(`${backend}-second`)).toEqual(losses);
    expect(losses[0][2]).toBe(0.05);
    expect(losses[3][2]).toBeCloseTo(0.05 * 0.5 ** 0.9, 10); // poly at half of the steps
  });

  it.each([2, 3])(
    'goes on after an interruption at step %i as if nothing had been',
    async (stop) => {
      const name = `${backend}-stopped-${stop}`;
      const controller = new AbortController();
      const onProgress = (event: ProgressEvent) => {
        if (event.kind === 'step' && event.step === stop) controller.abort();
      };
      const stopped = await run(name, {}, { signal: controller.signal, onProgress });
      expect(stopped).toMatchObject({ interrupted: true, steps: stop });
      const resumed = await run(name, {}, { resume: true });
      expect(resumed).toMatchObject({ interrupted: false, steps: 6, epochs: 2 });
      expect(await trace(name)).toEqual(await trace(`${backend}-first`));
    },
  );
});

describe('retrain', () => {
  beforeAll(() => useBackend(backends[0]));
  const trained = path.join(folder, 'learned');

  it('learns: the loss falls and the classes are found', async () => {
    const name = 'learned';
    const { bestMeanIou } = await run(name, {
      filterMultiplier: 2,
      epochs: 24,
      validateEvery: 12,
      dropPathKeepProbability: 1,
      augment: { minScale: 1, maxScale: 1, scaleStep: 0, flipProbability: 0.5 },
    });
    const losses = (await trace(name)).map(([, loss]) => loss!);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const report = await evaluate({ dataset, folder: path.join(folder, name), workers: 0 });
    expect(report.meanIou).toBeGreaterThan(report.baselines!.frequentClass.meanIou + 0.2);
    expect(report.meanIou).toBeCloseTo(bestMeanIou, 6);
  }, 300_000);

  it('validates after every so many epochs and after the last', async () => {
    await run('odd', { epochs: null, steps: 7, validateEvery: 2 });
    const rows = await readHistory(path.join(folder, 'odd', 'history.arrow'));
    const epochs = rows.filter(({ kind }) => kind === 'epoch');
    expect(epochs.map(({ step, meanIou }) => [step, meanIou !== null])).toEqual([
      [3, false],
      [6, true],
      [7, true],
    ]);
  });

  it('begins with the weights of another training', async () => {
    await run('tuned', { initialWeights: trained, filterMultiplier: 2, epochs: 1 });
    const [[, loss]] = await trace('tuned');
    const scratch = await trace('learned');
    expect(loss).toBeLessThan(scratch[0][1]! * 0.8);
    await expect(run('wide', { initialWeights: trained, filterMultiplier: 3 })).rejects.toThrow(
      /initialWeights .*: expected cell0.*take weights of the same architecture/,
    );
    await expect(run('none', { initialWeights: path.join(folder, 'nowhere') })).rejects.toThrow(
      DataError,
    );
  });

  it('keeps weights still where the learning rate is nothing, and moves statistics', async () => {
    await run('still', { learningRate: 1e-30, weightDecay: 0, epochs: null, steps: 1 });
    const network = await loadTrainedNetwork(path.join(folder, 'still'), 'last');
    network.predictor.dispose();
    expect(network.classes.map(({ name }) => name)).toEqual(['dark', 'red', 'green']);
  });

  it('stops at a loss that is not finite', async () => {
    await expect(run('diverged', { learningRate: 1e30, clipNorm: null })).rejects.toThrow(
      NumericError,
    );
  });

  it('refuses two lengths, unknown fields and other settings on resume', async () => {
    await expect(run('both', { steps: 3, epochs: 3 })).rejects.toThrow(ConfigError);
    await expect(run('typo', { learnrate: 1 } as never)).rejects.toThrow('learnrate');
    await expect(run('odd', { epochs: 3 }, { resume: true })).rejects.toThrow('epochs');
  });
});

describe('evaluate and predict', () => {
  beforeAll(() => useBackend(backends[0]));
  const trained = path.join(folder, 'learned');

  it('score what they predict: the label maps written give the scores reported', async () => {
    const report = await evaluate({ dataset, folder: trained, workers: 0, batchSize: 2 });
    const samples = await dataset.samples('val');
    const out = path.join(folder, 'predictions');
    const predictions = await predict({
      folder: trained,
      input: path.join(folder, 'data/val'),
      out,
    });
    expect(predictions.map(({ image }) => path.basename(image))).toEqual([
      '0.png',
      '1.png',
      '2.png',
    ]);
    const matrix = new ConfusionMatrix(3);
    for (const [i, { labels }] of predictions.entries()) {
      const [predicted, truth] = await Promise.all([
        readLabelFile(labels),
        readLabelFile(samples[i].labelFile!),
      ]);
      expect([predicted.height, predicted.width]).toEqual([40, 44]);
      matrix.add(predicted.data, truth.data);
    }
    expect(report.confusion).toEqual(matrix.toJSON());
    expect(report.meanIou).toBe(scores(matrix).meanIou);
    expect(report.padded).toEqual({ height: 65, width: 65 });
    expect(report.classes[1].iou).toBeCloseTo(scores(matrix).iou[1], 10);
  });

  it('add their report to metrics.json by the name of the split', async () => {
    await evaluate({ dataset, folder: trained, split: 'train', images: 2, workers: 0 });
    const stored = JSON.parse(await readFile(path.join(trained, 'metrics.json'), 'utf8')) as Record<
      string,
      { images: number; imagesOfSplit: number }
    >;
    expect(Object.keys(stored).sort()).toEqual(['train', 'val']);
    expect(stored.train).toMatchObject({ images: 2, imagesOfSplit: 6 });
  });

  it('score the baselines as counted by hand', async () => {
    const report = await evaluate({ dataset, folder: trained, workers: 0 });
    const count = async (split: string) => {
      const counts = [0, 0, 0];
      for (const { labelFile } of await dataset.samples(split)) {
        for (const label of (await readLabelFile(labelFile!)).data) counts[label]++;
      }
      return counts;
    };
    const [train, val] = [await count('train'), await count('val')];
    const frequent = train.indexOf(Math.max(...train));
    const total = val[0] + val[1] + val[2];
    expect(report.baselines?.frequentClass.name).toBe(['dark', 'red', 'green'][frequent]);
    expect(report.baselines?.frequentClass.pixelAccuracy).toBeCloseTo(val[frequent] / total, 10);
    expect(report.baselines?.frequentClass.meanIou).toBeCloseTo(val[frequent] / total / 3, 10);
    expect(report.baselines!.position.pixelAccuracy).toBeGreaterThan(0.3);
  });

  it('write colours and overlays of one image', async () => {
    const input = path.join(folder, 'data/val/1.png');
    const out = path.join(folder, 'single');
    const [prediction] = await predict({ folder: trained, input, out });
    const [labels, colors, mixed, image] = await Promise.all([
      readLabelFile(prediction.labels),
      readImageFile(prediction.colors),
      readImageFile(prediction.overlay),
      readImageFile(input),
    ]);
    const palette = dataset.classes.map(({ color }) => color);
    expect([...colors.data.subarray(0, 3)]).toEqual([...palette[labels.data[0]]]);
    const expected = Math.round(0.45 * image.data[0] + 0.55 * colors.data[0]);
    expect(mixed.data[0]).toBe(expected);
    const total = Object.values(prediction.shares).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(1, 10);
  });

  it('refuse a folder that is none, that of a search, and one without images', async () => {
    await expect(evaluate({ dataset, folder: path.join(folder, 'nowhere') })).rejects.toThrow(
      DataError,
    );
    const input = path.join(folder, 'data/dataset.json');
    await expect(predict({ folder: trained, input, out: folder })).rejects.toThrow(DataError);
    await expect(
      predict({ folder: trained, input: path.join(folder, 'nothing'), out: folder }),
    ).rejects.toThrow(/cannot read .*nothing: no such file or folder/);
    await expect(evaluate({ dataset, folder: trained, split: 'test' })).rejects.toThrow(
      'expected a split out of train, val, got "test"',
    );
  });
});
