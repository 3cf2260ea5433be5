import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ConfigError, DataError, NumericError } from '../../lib/errors.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import { readHistory } from '../../lib/run/history.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { retrain } from '../../lib/retrain/retrain.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { backends, useBackend } from '../helpers/backends.js';
import { flatGrey } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { TINY_CONFIG } from '../training/train-tiny.js';

const folder = temporaryFolder();
let dataset: Dataset;

const config: Partial<RetrainConfig> = {
  ...TINY_CONFIG,
  epochs: 2,
  validateEvery: 2,
  dropPathKeepProbability: 0.6,
};

const run = (name: string, changes: Partial<RetrainConfig> = {}, more: object = {}) =>
  retrain({
    dataset,
    architecture: TINY_ARCHITECTURE,
    folder: path.join(folder, name),
    preset: 'tiny',
    config: { ...config, ...changes },
    ...more,
  });

/** The samples of a dataset, those of its validation with other label maps. */
const samplesLabelledBy =
  (whole: Dataset, labelFile: () => string | undefined): Dataset['samples'] =>
  async (split) =>
    (await whole.samples(split)).map((sample) =>
      split === 'val'
        ? { id: sample.id, imageFile: sample.imageFile, labelFile: labelFile() }
        : sample,
    );

async function trace(name: string): Promise<(number | null)[][]> {
  const { rows } = await readHistory(path.join(folder, name, 'history.arrow'));
  return rows
    .filter(({ kind }) => kind === 'step')
    .map(({ step, loss, learningRate }) => [step, loss, learningRate]);
}

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6 });
});

describe.each(backends)('retrain on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('leaves no tensor behind, and its rate falls as a power', async () => {
    const before = tf.memory().numTensors;
    await run(`${backend}-first`);
    expect(tf.memory().numTensors).toBe(before);
    const losses = await trace(`${backend}-first`);
    expect(losses).toHaveLength(6);
    expect(losses[0][2]).toBe(0.05);
    expect(losses[3][2]).toBeCloseTo(0.05 * 0.5 ** 0.9, 10); // poly at half of the steps
  });

  it('gives the same losses again, though it is interrupted and resumed twice', async () => {
    const name = `${backend}-stopped`;
    for (const [i, stop] of [2, 3].entries()) {
      const controller = new AbortController();
      const onProgress = (event: ProgressEvent) => {
        if (event.kind === 'step' && event.step === stop) {
          controller.abort();
        }
      };
      const control = { signal: controller.signal, onProgress, resume: i > 0 };
      const stopped = await run(name, {}, control);
      expect(stopped).toMatchObject({ interrupted: true, steps: stop });
      expect(await trace(name)).toEqual((await trace(`${backend}-first`)).slice(0, stop));
    }
    const resumed = await run(name, {}, { resume: true });
    expect(resumed).toMatchObject({ interrupted: false, steps: 6, epochs: 2 });
    expect(await trace(name)).toEqual(await trace(`${backend}-first`));
  });
});

describe('retrain', () => {
  beforeAll(() => useBackend(backends[0]));
  const trained = path.join(folder, 'learned');
  /** Wide enough to learn the images. */
  const LEARNED = { filterMultiplier: 2, stemWidths: [16, 32], headFilters: 64 } as const;

  it('learns: the loss falls and the classes are found', async () => {
    const name = 'learned';
    const { bestMeanIou, dataShare } = await run(name, {
      ...LEARNED,
      epochs: 24,
      validateEvery: 12,
      dropPathKeepProbability: 1,
      augment: { minScale: 1, maxScale: 1, scaleStep: 0, flipProbability: 0.5 },
    });
    const losses = (await trace(name)).map(([, loss]) => loss!);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const rows = (await readHistory(path.join(folder, name, 'history.arrow'))).rows.filter(
      ({ kind }) => kind === 'epoch',
    );
    const sum = (key: 'seconds' | 'dataSeconds') =>
      rows.reduce((total, row) => total + (row[key] ?? NaN), 0);
    expect(dataShare).toBeCloseTo(sum('dataSeconds') / sum('seconds'), 5);
    expect(dataShare).toBeGreaterThan(0);
    const report = await evaluate({ dataset, folder: path.join(folder, name), workers: 0 });
    expect(report.meanIou).toBeGreaterThan(report.baselines!.frequentClass.meanIou + 0.2);
    expect(report.meanIou).toBeCloseTo(bestMeanIou!, 6);
  }, 300_000);

  it('validates after every n epochs and after the last', async () => {
    await run('odd', { epochs: null, steps: 7, validateEvery: 2 });
    const { rows } = await readHistory(path.join(folder, 'odd', 'history.arrow'));
    const epochs = rows.filter(({ kind }) => kind === 'epoch');
    expect(epochs.map(({ step, meanIou }) => [step, meanIou !== null])).toEqual([
      [3, false],
      [6, true],
      [7, true],
    ]);
  });

  it('refuses a validation with nothing to score before it begins', async () => {
    const without = { ...dataset, samples: samplesLabelledBy(dataset, () => undefined) };
    await expect(run('unlabelled', {}, { dataset: without })).rejects.toThrow(
      /validation on tiny, split val: expected label maps to score against, got \d images without any/,
    );
    const ignored = path.join(folder, 'ignored.png');
    await writeFile(ignored, flatGrey(44, 40, 255));
    const blank = { ...dataset, samples: samplesLabelledBy(dataset, () => ignored) };
    await expect(run('blank', {}, { dataset: blank })).rejects.toThrow(
      /validation on tiny, split val: expected pixels of a class .* every pixel is ignored/,
    );
    await expect(run('blank', { validationView: 'crop' }, { dataset: blank })).rejects.toThrow(
      'every pixel of the middle is ignored',
    );
    expect(existsSync(path.join(folder, 'blank'))).toBe(false);
  });

  it('begins with the weights of another training', async () => {
    const notes: string[] = [];
    const onProgress = (event: ProgressEvent) => {
      notes.push(...(event.kind === 'note' ? [event.text] : []));
    };
    const changes = { initialWeights: trained, ...LEARNED, epochs: 1 };
    await run('tuned', changes, { onProgress });
    const said = notes.find((text) => text.startsWith('initialWeights'));
    expect(said).toMatch(/learned: took \d+ variables$/);
    const stored = await readJsonFile(path.join(folder, 'tuned', 'initial-weights.json'));
    expect(stored).toMatchObject({ source: trained, begunAgain: [], reason: '' });
    const others = dataset.classes.map((one, i) => (i === 1 ? { ...one, name: 'blue' } : one));
    await run('renamed', changes, { dataset: { ...dataset, classes: others }, onProgress });
    expect(notes.at(-1)).toMatch(
      /begun again: decoder\/logits\/weights, decoder\/logits\/bias \(class 1 is "red" there and "blue" here\)$/,
    );
    const [[, loss]] = await trace('tuned');
    const scratch = await trace('learned');
    expect(loss).toBeLessThan(scratch[0][1]! * 0.8);
    await expect(run('wide', { ...changes, filterMultiplier: 3 })).rejects.toThrow(
      /initialWeights .*: expected cell0.*take weights of the same architecture/,
    );
    await expect(run('none', { initialWeights: path.join(folder, 'nowhere') })).rejects.toThrow(
      DataError,
    );
    expect(existsSync(path.join(folder, 'wide'))).toBe(false); // so the folder can be used again
  });

  it('stops at a loss that is not finite', async () => {
    await expect(run('diverged', { learningRate: 1e30, clipNorm: null })).rejects.toThrow(
      NumericError,
    );
  });

  it('neither validates nor keeps weights that the last step made infinite', async () => {
    const changes = { learningRate: 1e39, clipNorm: null, epochs: null, steps: 1 };
    const validated = { validateEvery: 1, ...changes };
    await expect(run('last', validated)).rejects.toThrow(
      /last: expected finite numbers, got (NaN|-?Infinity) in variables\/.* after step 1; .* kept in/,
    );
    const { rows } = await readHistory(path.join(folder, 'last', 'history.arrow'));
    expect(rows.filter(({ kind }) => kind === 'epoch')).toEqual([]);
    const evaluating = evaluate({ dataset, folder: path.join(folder, 'last'), workers: 0 });
    await expect(evaluating).rejects.toThrow('expected checkpoints, got none');
  });

  it('refuses two lengths, unknown fields and other settings on resume', async () => {
    await expect(run('both', { steps: 3, epochs: 3 })).rejects.toThrow(ConfigError);
    await expect(run('typo', { learnrate: 1 } as never)).rejects.toThrow('learnrate');
    await expect(run('odd', { momentum: 0.5 }, { resume: true })).rejects.toThrow('momentum');
  });
});
