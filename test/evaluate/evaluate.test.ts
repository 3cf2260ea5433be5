import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { describeReport } from '../../lib/cli/describe-evaluation.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readLabelFile } from '../../lib/dataset/reading/label-file.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { scores } from '../../lib/metrics/scores.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { UnwrittenReportError } from '../../lib/evaluate/unwritten-report.js';
import type { EvaluationReport } from '../../lib/evaluate/report.js';
import { describeAveraging } from '../../lib/inference/averaging-options.js';
import { predict } from '../../lib/inference/predict.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { Predictor } from '../../lib/training/predictor.js';
import { backends, useBackend } from '../helpers/backends.js';
import { autodeeplabHere } from '../cli/command-line.js';
import { flatGrey } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { trainTiny } from '../training/train-tiny.js';

const folder = temporaryFolder();
const trained = path.join(folder, 'trained');
let dataset: Dataset;

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6 });
  await trainTiny(dataset, trained, { epochs: 2 });
}, 120_000);

/** The pixels that a confusion matrix counts. */
const pixels = (counts: readonly (readonly number[])[]) =>
  counts.flat().reduce((sum, count) => sum + count, 0);

describe('evaluate and predict', () => {
  it('score what they predict: the label maps written give the scores reported', async () => {
    const report = await evaluate({ dataset, folder: trained, workers: 0, batchSize: 2 });
    const samples = await dataset.samples('val');
    const out = path.join(folder, 'predictions');
    const { predictions } = await predict({
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
    expect(report.padded).toEqual([{ height: 65, width: 65, images: 3 }]);
    expect(report.classes[1].iou).toBeCloseTo(scores(matrix).iou[1], 10);
  });

  it('keep a report of each dataset, folder, split and setting in metrics.json', async () => {
    const options = { dataset, folder: trained, withBaselines: false, workers: 0 };
    const other = path.join(folder, 'moved');
    const moved = await tinyDataset(other, { val: 3 });
    await evaluate({ ...options, split: 'train', images: 2 });
    await evaluate({ ...options, dataset: moved });
    await evaluate({ ...options, imagePooling: 'crop' });
    await evaluate({ ...options, scoreSize: 'original' });
    await evaluate({ ...options, scales: [0.75, 1], flip: true });
    await evaluate({ ...options, window: 33, stride: 20 });
    await evaluate(options); // again: it replaces the first
    const stored = JSON.parse(
      await readFile(path.join(trained, 'metrics.json'), 'utf8'),
    ) as EvaluationReport[];
    const root = path.join(folder, 'data');
    expect(
      stored.map((report) => [
        report.dataset,
        report.root,
        report.split,
        report.images,
        report.scoreSize,
        report.imagePooling,
        describeAveraging(report),
      ]),
    ).toEqual([
      ['tiny', root, 'train', 2, 'read', 'image', 'scale 1'],
      ['tiny', other, 'val', 3, 'read', 'image', 'scale 1'],
      ['tiny', root, 'val', 3, 'read', 'crop', 'scale 1'],
      ['tiny', root, 'val', 3, 'original', 'image', 'scale 1'],
      ['tiny', root, 'val', 3, 'read', 'image', 'scales 0.75, 1, mirrored too'],
      ['tiny', root, 'val', 3, 'read', 'image', 'scale 1, windows of 33 every 20 pixels'],
      ['tiny', root, 'val', 3, 'read', 'image', 'scale 1'],
    ]);
    expect(stored[0].imagesOfSplit).toBe(6);
  });

  it('score averaged views as predict writes them', async () => {
    const views = { scales: [0.5, 1], flip: true, window: 33 };
    const report = await evaluate({ dataset, folder: trained, workers: 0, ...views });
    const out = path.join(folder, 'averaged');
    const input = path.join(folder, 'data/val');
    const { predictions } = await predict({ folder: trained, input, out, ...views });
    const samples = await dataset.samples('val');
    const matrix = new ConfusionMatrix(3);
    for (const [i, { labels }] of predictions.entries()) {
      const [predicted, truth] = [labels, samples[i].labelFile!].map((file) => readLabelFile(file));
      matrix.add((await predicted).data, (await truth).data);
    }
    expect(report.confusion).toEqual(matrix.toJSON());
    const single = await evaluate({ dataset, folder: trained, workers: 0, scales: [1] });
    const plain = await evaluate({ dataset, folder: trained, workers: 0 });
    expect(single.confusion).toEqual(plain.confusion);
    await expect(evaluate({ dataset, folder: trained, batchSize: 2, flip: true })).rejects.toThrow(
      'batchSize: expected 1 where views of each image are averaged, got 2',
    );
  });

  it('say which class is neither labelled nor predicted, instead of a score', async () => {
    const flat = await tinyDataset(path.join(folder, 'flat'), { val: 1 });
    const [{ labelFile }] = await flat.samples('val');
    await writeFile(labelFile!, flatGrey(44, 40, 0));
    const report = await evaluate({ dataset: flat, folder: trained, workers: 0 });
    const counts = report.confusion.counts;
    const predicted = (k: number) => counts.reduce((sum, row) => sum + row[k], 0);
    for (const k of [1, 2]) {
      expect(report.classes[k]).toEqual(
        predicted(k) === 0
          ? { name: k === 1 ? 'red' : 'green', iou: null, accuracy: null, note: 'neither labelled nor predicted' } // oxfmt-ignore
          : { name: k === 1 ? 'red' : 'green', iou: 0, accuracy: null, note: 'not labelled' },
      );
    }
    expect(JSON.stringify(report)).not.toContain('NaN');
    expect(describeReport(report)).not.toContain('NaN');
  });

  it('refuse images without label maps and label maps without classes before they predict', async () => {
    const labels = vi.spyOn(Predictor.prototype, 'labels');
    const unlabelled: Dataset = {
      ...dataset,
      samples: async (split) =>
        (await dataset.samples(split)).map((sample, i) => ({
          ...sample,
          labelFile: split === 'val' && i > 0 ? undefined : sample.labelFile,
        })),
    };
    const options = { folder: trained, workers: 0 };
    await expect(evaluate({ ...options, dataset: unlabelled })).rejects.toThrow(
      'evaluate: tiny, split val: expected a label map for each of 3 images, got none for 2 of them, such as "1"',
    );
    const ignored = await tinyDataset(path.join(folder, 'ignored'), { val: 2 });
    for (const { labelFile } of await ignored.samples('val')) {
      await writeFile(labelFile!, flatGrey(44, 40, 255));
    }
    for (const scoreSize of ['read', 'original'] as const) {
      await expect(evaluate({ ...options, dataset: ignored, scoreSize })).rejects.toThrow(
        /expected pixels of a class to score, got 2 images in which every pixel is ignored/,
      );
    }
    expect(labels).not.toHaveBeenCalled();
    labels.mockRestore();
  });

  it('refuse numbers and words that cannot be before they read anything', async () => {
    const nothing = { dataset, folder: path.join(folder, 'nothing') };
    for (const [wrong, message] of [
      [{ batchSize: 0 }, 'batchSize: expected a whole number above 0, got 0'],
      [{ batchSize: 1.5 }, 'batchSize: expected a whole number above 0, got 1.5'],
      [{ images: 0 }, 'images: expected a whole number above 0, got 0'],
      [
        { workers: -1 },
        'workers: expected a whole number of at least 0, or null for as many as fit, got -1',
      ],
      [{ workers: NaN }, /^workers: .* got NaN$/],
      [{ scoreSize: 'disk' as never }, 'scoreSize: expected read or original, got disk'],
      [{ checkpoint: 'first' as never }, 'checkpoint: expected best or last, got first'],
      [{ imagePooling: 'whole' as never }, 'imagePooling: expected image or crop, got whole'],
    ] as const) {
      const refused = evaluate({ ...nothing, ...wrong });
      await expect(refused).rejects.toThrow(ConfigError);
      await expect(refused).rejects.toThrow(message);
    }
    const { code, output, errors } = await autodeeplabHere([
      ...['evaluate', trained, '--batch-size', '0', '--workers', '0'],
    ]);
    const told = errors.join('\n');
    expect([code, output]).toEqual([1, '']);
    expect(told).toMatch(/batchSize: expected a whole number above 0, got 0/);
    expect(told).not.toMatch(/^ +at /m);
  });

  it('score the baselines as counted by hand', async () => {
    const report = await evaluate({ dataset, folder: trained, workers: 0 });
    const count = async (split: string) => {
      const counts = [0, 0, 0];
      for (const { labelFile } of await dataset.samples(split)) {
        for (const label of (await readLabelFile(labelFile!)).data) {
          counts[label]++;
        }
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

  it('score at the size on disk what was read smaller', async () => {
    const small = path.join(folder, 'small');
    await trainTiny(dataset, small, { resolution: { longerSide: 33 } });
    const options = { dataset, folder: small, workers: 0 };
    const read = await evaluate(options);
    const original = await evaluate({ ...options, scoreSize: 'original' });
    const { predictions } = await predict({
      folder: small,
      input: path.join(folder, 'data/val'),
      out: path.join(folder, 'small-predictions'),
    });
    const samples = await dataset.samples('val');
    const matrix = new ConfusionMatrix(3);
    for (const [i, { labels }] of predictions.entries()) {
      const [predicted, truth] = [labels, samples[i].labelFile!].map((file) => readLabelFile(file));
      matrix.add((await predicted).data, (await truth).data);
    }
    expect(original.confusion).toEqual(matrix.toJSON());
    expect(pixels(original.confusion.counts)).toBe(3 * 40 * 44);
    expect(pixels(read.confusion.counts)).toBe(3 * 30 * 33); // 40 · 33 / 44 = 30
    expect([read.padded, original.padded]).toEqual([
      [{ height: 33, width: 33, images: 3 }],
      [{ height: 33, width: 33, images: 3 }],
    ]);
    expect([read.scoreSize, original.scoreSize]).toEqual(['read', 'original']);
    expect(original.baselines?.position.pixelAccuracy).toBeGreaterThan(0);
  });

  it('lose no scores that cannot be written: the error has them, the command line prints them', async () => {
    const run = path.join(folder, 'unwritable');
    await cp(trained, run, { recursive: true });
    const options = { dataset, folder: run, withBaselines: false, workers: 0 };
    const { meanIou } = await evaluate(options);

    const writer = await RunDirectory.resume(run); // as a retraining that goes on
    const locked: unknown = await evaluate(options).catch((error: unknown) => error);
    await writer.close();
    expect(locked).toBeInstanceOf(UnwrittenReportError);
    expect(locked).toBeInstanceOf(DataError);
    expect((locked as UnwrittenReportError).report).toMatchObject({ meanIou, split: 'val' });

    const metrics = path.join(run, 'metrics.json');
    await writeFile(metrics, (await readFile(metrics, 'utf8')).replace('meanIou', 'meanIoU'));
    const args = ['evaluate', run, '--no-baselines', '--workers', '0'];
    const { code, output, errors } = await autodeeplabHere(args);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^mIoU +${(100 * meanIou).toFixed(2)}`, 'm'));
    expect(errors.at(-1)).toMatch(
      /^error: evaluate: expected to add the scores to metrics.json, got an error: .*was edited/,
    );
  });

  it('refuse a folder without a run and a split that the dataset does not have', async () => {
    await expect(evaluate({ dataset, folder: path.join(folder, 'nowhere') })).rejects.toThrow(
      DataError,
    );
    await expect(evaluate({ dataset, folder: trained, split: 'test' })).rejects.toThrow(
      'expected a split out of train, val, got "test"',
    );
  });

  it('refuse a dataset with other classes', async () => {
    const other = { ...dataset, classes: dataset.classes.slice(1) };
    await expect(evaluate({ dataset: other, folder: trained })).rejects.toThrow(
      /evaluate: expected the classes that .* was trained on \(dark, red, green\), got .* \(red, green\): there are 3 classes there and 2 here; evaluate/,
    );
  });

  it('refuse classes whose names are the same only when they are joined', async () => {
    const [dark, red, green] = dataset.classes;
    const joined = [
      { ...dark, name: 'dark, red' },
      { ...green, trainId: 1 },
    ];
    const renamed = [{ ...dark, name: 'dark, red' }, { ...red, name: 'green' }, green];
    for (const [classes, difference] of [
      [joined, /there are 3 classes there and 2 here/],
      [renamed, /class 0 is "dark" there and "dark, red" here/],
    ] as const) {
      const refused = evaluate({ dataset: { ...dataset, classes }, folder: trained });
      await expect(refused).rejects.toThrow(ConfigError);
      await expect(refused).rejects.toThrow(difference);
    }
  });
});
