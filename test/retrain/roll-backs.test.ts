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
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6, val: 1 });
});

/** A rate with which a moving variance overflows in the second step; some halvings later none does. */
const RATE = 2 ** 18;
const { run, rows, checksums } = tinyRuns(folder, () => dataset, {
  learningRate: RATE,
  finalLearningRate: RATE,
  clipNorm: null,
  steps: 3, // one epoch, so that all go back to its start
});

describe('a run that may go back', () => {
  it('ends as one that had the lower rate from the start', async () => {
    await expect(run('diverged')).rejects.toThrow(
      /got a loss of \S+; the first layer whose numbers are not finite is \S+, in epoch 1, step 3/,
    );
    const result = await run('back', { rollBacks: 40 });
    expect(result).toMatchObject({ steps: 3, interrupted: false });
    const back = await rows('back', 'roll-back');
    expect(back.length).toBeGreaterThan(2);
    expect(back.every(({ step }) => step === 0)).toBe(true);
    const rate = RATE / 2 ** back.length;
    const last = (await rows('back', 'epoch')).at(-1)!;
    expect(last.learningRate).toBe(rate);
    await run('low', { learningRate: rate, finalLearningRate: rate });
    expect(await checksums('back')).toEqual(await checksums('low'));
    const numbers = async (name: string) =>
      (await rows(name, 'step')).map(({ step, loss, gradientNorm }) => [step, loss, gradientNorm]);
    expect(await numbers('back')).toEqual(await numbers('low'));
  });

  it('goes on so when a run that ended by it is resumed, and after an interrupt', async () => {
    await run('diverged', { rollBacks: 40 }, { resume: true, stopAt: 2 });
    await run('diverged', { rollBacks: 40 }, { resume: true });
    expect(await checksums('diverged')).toEqual(await checksums('back'));
    expect(await rows('diverged', 'roll-back')).toHaveLength(
      (await rows('back', 'roll-back')).length,
    );
  });
});
