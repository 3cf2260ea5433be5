import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 2, val: 1 }); // one step per epoch
});

/** Rates with which no prediction changes: every validation has the score of the first. */
const { run, rows, document, folderOf, checksums } = tinyRuns(folder, () => dataset, {
  validationSplit: 'val',
  validationView: 'crop',
  validateEvery: 1,
  learningRate: 1e-12,
  finalLearningRate: 1e-12,
  dropPathKeepProbability: 1,
  batchNormMomentum: 0.9999999,
  steps: 9,
});
const REASON = /stopped early: the validation mIoU of [\d.]+ % was not exceeded in 2 validations/;

describe('a run with patience', () => {
  it('ends as finished when validations no longer improve, and says why', async () => {
    const result = await run('stopped', { patience: 2 });
    expect(result).toMatchObject({ interrupted: false, stoppedEarly: true, steps: 3, epochs: 3 });
    expect(result.notes).toMatch(REASON);
    const [end] = await rows('stopped', 'end');
    expect(end).toMatchObject({ step: 3, phase: expect.stringMatching(REASON) as string });
    expect(await document('stopped', 'end')).toMatchObject({
      reason: 'early stopping',
      text: expect.stringMatching(REASON) as string,
      step: 3,
      bestStep: 1,
      bestMeanIou: result.bestMeanIou,
    });
    expect(existsSync(path.join(folderOf('stopped'), 'checkpoints/best.safetensors'))).toBe(true);
  });

  it('says so when it is resumed, and goes on with more patience as if it always had it', async () => {
    const same = await run('stopped', { patience: 2 }, { resume: true });
    expect(same).toMatchObject({ stoppedEarly: true, steps: 3 });
    expect(same.notes).toMatch(
      /stopped early: .*; to go on, resume the run with a larger patience/,
    );
    const longer = await run('stopped', { patience: 2, steps: 12 }, { resume: true });
    expect(longer).toMatchObject({ stoppedEarly: true, steps: 3 });
    const patient = await run('stopped', { patience: 4, steps: 12 }, { resume: true });
    expect(patient).toMatchObject({ stoppedEarly: true, steps: 5 });
    await run('patient', { patience: 4, steps: 12 });
    expect(await checksums('stopped')).toEqual(await checksums('patient'));
    expect((await rows('stopped', 'end')).map(({ step }) => step)).toEqual([3, 5]);
    const none = await run('stopped', { patience: null, steps: 6 }, { resume: true });
    expect(none).toMatchObject({ stoppedEarly: false, steps: 6 });
    expect(await document('stopped', 'end')).toMatchObject({ reason: 'length', step: 6 });
  });

  it('counts across an interruption', async () => {
    await run('counted', { patience: 4 }, { stopAt: 4 });
    expect(await run('counted', { patience: 4 }, { resume: true })).toMatchObject({ steps: 5 });
  });

  it('says beforehand if it cannot stop early', async () => {
    const { notes, stoppedEarly } = await run('short', { patience: 2, steps: 2 });
    expect(notes).toContain('patience 2: with 2 validations the run cannot stop early');
    expect(stoppedEarly).toBe(false);
  });
});
