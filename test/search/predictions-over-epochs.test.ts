import { rmSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readSample } from '../../lib/dataset/reading/read-sample.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { stepFiles } from '../../lib/run/checkpoint-folder.js';
import { readHistory } from '../../lib/run/history.js';
import {
  predictionsOverEpochs,
  type ImageOverEpochs,
} from '../../lib/search/predictions-over-epochs.js';
import { search } from '../../lib/search/search.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { TINY_SEARCH } from './tiny-search.js';

const scratch = temporaryFolder();
const folder = path.join(scratch, 'run');
let dataset: Dataset;

/** Mean IoU over the classes that occur, counted pixel by pixel. */
function meanIou(courses: readonly ImageOverEpochs[], epoch: number): number {
  const [both, either] = [new Map<number, number>(), new Map<number, number>()];
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const { labels, predictions } of courses) {
    const { prediction } = predictions.find((entry) => entry.epoch === epoch)!;
    labels.data.forEach((label, i) => {
      const predicted = prediction.data[i];
      if (label === predicted) {
        add(both, label);
        add(either, label);
      } else if (label !== 255) {
        add(either, label);
        add(either, predicted);
      }
    });
  }
  const ious = [...either].map(([label, union]) => (both.get(label) ?? 0) / union);
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

describe('predictionsOverEpochs', () => {
  beforeAll(async () => {
    await useBackend(backends[0]);
    dataset = await tinyDataset(path.join(scratch, 'data'));
    await search({
      dataset,
      folder,
      preset: 'tiny',
      config: { ...TINY_SEARCH, checkpointEvery: 1, keepCheckpoints: 100 },
    });
  });

  it('gives the predictions that the validation of each epoch scored', async () => {
    const tensors = tf.memory().numTensors;
    const events: ProgressEvent[] = [];
    const courses = await predictionsOverEpochs({
      dataset,
      folder,
      images: 2,
      onProgress: (event) => events.push(event),
    });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(courses.map(({ predictions }) => predictions.map(({ epoch }) => epoch))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const { rows } = await readHistory(path.join(folder, 'history.arrow'));
    const validated = rows.filter(({ kind }) => kind === 'epoch').map((row) => row.meanIou);
    expect(validated).toHaveLength(3);
    validated.forEach((right, i) => expect(meanIou(courses, i + 1)).toBeCloseTo(right ?? NaN, 6));
    const done = events.flatMap((e) =>
      e.kind === 'images' && e.purpose === 'prediction' ? [[e.done, e.total]] : [],
    );
    expect(done).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, 6]));
  });

  it('gives the window of image and label map that is validated', async () => {
    const [course, ...others] = await predictionsOverEpochs({ dataset, folder });
    expect(others).toEqual([]);
    const [sample] = await dataset.samples('val');
    const { image, labels } = await readSample(sample, dataset.labelTable);
    const [top, left] = [image.height - 33, image.width - 33].map((free) => Math.floor(free / 2));
    const rows = Array.from({ length: 33 }, (_, row) => (top + row) * image.width + left);
    const window = (data: ArrayLike<number>, channels: number) =>
      rows.flatMap((at) => Array.from(data).slice(at * channels, (at + 33) * channels));
    expect(course).toMatchObject({ id: sample.id, image: { height: 33, width: 33 } });
    expect([...course.image.data]).toEqual(window(image.data, 3));
    expect([...course.labels.data]).toEqual(window(labels?.data ?? [], 1));
  });

  it('leaves out what a running search removes meanwhile', async () => {
    const copy = path.join(scratch, 'copy');
    await cp(folder, copy, { recursive: true });
    const { rows } = await readHistory(path.join(copy, 'history.arrow'));
    const { step } = rows.filter(({ kind }) => kind === 'epoch')[1];
    const files = await stepFiles(path.join(copy, 'checkpoints'));
    const second = files.find((entry) => entry.step === step)!.file;
    const totals: number[] = [];
    const [course] = await predictionsOverEpochs({
      dataset,
      folder: copy,
      onProgress: (event) => {
        if (event.kind === 'images' && event.purpose === 'prediction') {
          rmSync(second, { force: true });
          totals.push(event.total);
        }
      },
    });
    expect(course.predictions.map(({ epoch }) => epoch)).toEqual([1, 3]);
    expect(totals).toEqual([3, 2]);
  });

  it('takes what checkpoints there are, and says when there is none', async () => {
    const { rows } = await readHistory(path.join(folder, 'history.arrow'));
    const steps = rows.filter(({ kind }) => kind === 'epoch').map(({ step }) => step);
    const files = await stepFiles(path.join(folder, 'checkpoints'));
    expect(files.length).toBeGreaterThan(3); // some within epochs
    const remove = (step: number) => rm(files.find((entry) => entry.step === step)?.file ?? '');
    await remove(steps[0]);
    const [course] = await predictionsOverEpochs({ dataset, folder });
    expect(course.predictions.map(({ epoch }) => epoch)).toEqual([2, 3]);
    await remove(steps[1]);
    await remove(steps[2]);
    const none = predictionsOverEpochs({ dataset, folder });
    await expect(none).rejects.toThrow(DataError);
    await expect(none).rejects.toThrow(/ends of epochs, got none; wait/);
    await expect(predictionsOverEpochs({ dataset, folder, images: 0 })).rejects.toThrow(
      ConfigError,
    );
  });
});
