import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { DataError } from '../../lib/errors.js';
import { readJsonFile, writeJsonFile } from '../../lib/files/json-file.js';
import { weightsByFrequency, weightsByName } from '../../lib/retrain/class-weights.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

describe('weightsByFrequency, as computed by hand', () => {
  // Three label maps of 100 pixels: classes 0 and 1 in the first two, class 3 in the last as well.
  const frequency = { counts: [150, 40, 0, 110], pixelsAround: [300, 200, 0, 100] };

  it('inverse-frequency: 300 pixels / (3 classes that occur · n)', () => {
    const weights = weightsByFrequency('inverse-frequency', frequency);
    expect(weights).toEqual([300 / 450, 300 / 120, 1, 300 / 330]);
    const spread = weights.reduce((sum, w, c) => sum + w * frequency.counts[c], 0);
    expect(spread).toBeCloseTo(300, 9); // as much weight as pixels
  });

  it('median-frequency: frequencies 0.5, 0.2, 1.1 among the label maps that hold the class', () => {
    expect(weightsByFrequency('median-frequency', frequency)).toEqual([1, 0.5 / 0.2, 1, 0.5 / 1.1]);
  });

  it('takes the mean of the middle two for an even number of classes', () => {
    const even = { counts: [10, 30], pixelsAround: [40, 40] };
    expect(weightsByFrequency('median-frequency', even)).toEqual([2, 0.5 / 0.75]);
  });
});

describe('weightsByName', () => {
  it('has 1 for the classes left out', () => {
    expect(weightsByName({ car: 2, sky: 0 }, ['road', 'car', 'sky'])).toEqual([1, 2, 0]);
  });

  it('refuses a class that there is not, and nothing to train', () => {
    expect(() => weightsByName({ cra: 2 }, ['road', 'car'])).toThrow(
      'retrain classWeights: expected names of classes, got "cra"; the classes are road, car',
    );
    expect(() => weightsByName({ road: 0, car: 0 }, ['road', 'car'])).toThrow('got 0 for all');
  });
});

describe('retrain with classWeights', () => {
  const folder = temporaryFolder();
  let dataset: Dataset;
  beforeAll(async () => {
    await useBackend(backends[0]);
    dataset = await tinyDataset(path.join(folder, 'data'), { train: 4 });
  });
  const { run, losses, folderOf } = tinyRuns(folder, () => dataset, { steps: 2 });
  const byMedian = { classWeights: 'median-frequency', labelCheck: 'all' } as const;

  it('keeps the weights in the run and uses them again when it is resumed', async () => {
    const controller = new AbortController();
    const notes: string[] = [];
    const read: string[] = [];
    const onProgress = (event: ProgressEvent) => {
      notes.push(...(event.kind === 'note' ? [event.text] : []));
      read.push(...(event.kind === 'images' ? [event.purpose] : []));
      if (event.kind === 'step') {
        controller.abort();
      }
    };
    await run('stopped', byMedian, { signal: controller.signal, onProgress });
    expect(notes.join('\n')).toMatch(/classWeights: from [\d.]+ \(\w+\) to [\d.]+ \(\w+\)/);
    expect(read).toContain('label check'); // which counts the pixels, too
    expect(read).not.toContain('class weights');
    const file = path.join(folderOf('stopped'), 'class-weights.json');
    const weights = (await readJsonFile(file)) as Record<string, number>;
    await run('stopped', byMedian, { resume: true });
    await run('whole', byMedian);
    expect(await losses('stopped')).toEqual(await losses('whole'));
    await run('named', { classWeights: weights }); // the rule is nothing but its weights
    expect(await losses('named')).toEqual(await losses('whole'));
    await run('plain');
    expect(await losses('plain')).not.toEqual(await losses('whole'));
    await writeJsonFile(file, { [dataset.classes[0].name]: 'much' });
    await expect(run('stopped', byMedian, { resume: true })).rejects.toThrow(DataError);
  });
});
