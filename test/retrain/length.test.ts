/** Runs that are made longer or shorter when they are resumed. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ConfigError } from '../../lib/errors.js';
import { epochRows } from '../../lib/run/epoch-rows.js';
import { readHistory } from '../../lib/run/history.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const folder = temporaryFolder();
let dataset: Dataset;
const constantRate = { learningRate: 0.05, finalLearningRate: 0.05, dropPathKeepProbability: 1 };
const { run, rows, losses, checksums, document, folderOf } = tinyRuns(folder, () => dataset, {
  ...constantRate,
  emaDecay: 0.9,
});
beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 6, val: 1 }); // 3 steps per epoch
  await run('whole', { steps: 8 });
});

const rates = async (name: string) =>
  (await rows(name, 'step')).map(({ learningRate }) => learningRate);

describe('a finished run that is resumed with more steps', () => {
  it.each([
    ['in the middle of an epoch', 4],
    ['at the end of an epoch', 6],
  ])(
    'equals a run of this length bit by bit where the rate is constant: ended %s',
    async (_, n) => {
      const longer = `longer-${n}`;
      await run(longer, { steps: n });
      const result = await run(longer, { steps: 8 }, { resume: true });
      expect(result).toMatchObject({ interrupted: false, steps: 8, epochs: 3 });
      expect(await losses(longer)).toEqual(await losses('whole'));
      expect(await checksums(longer)).toEqual(await checksums('whole')); // optimizer, statistics and averages, too
      const means = async (name: string) =>
        (await rows(name, 'epoch')).map(({ step, loss }) => [step, loss]);
      const expected = await means('whole');
      expect(expected.map(([step]) => step)).toEqual([3, 6, 8]);
      expect((await means(longer)).filter(([step]) => step !== 4)).toEqual(expected);
      const { rows: all } = await readHistory(path.join(folderOf(longer), 'history.arrow'));
      const epochs = epochRows({ rows: all });
      expect(epochs.map(({ step, loss }) => [step, loss])).toEqual(expected); // one row for each epoch
    },
  );

  it('says and keeps what was changed, and why it had ended', async () => {
    expect(await document('longer-4', 'config')).toMatchObject({
      config: { options: { steps: 8 } },
      changes: [{ afterStep: 4, values: { 'options.steps': { before: 4, now: 8 } } }],
    });
    expect((await rows('longer-4', 'end')).map(({ step, phase }) => [step, phase])).toEqual([
      [4, 'all 4 steps are done'],
      [8, 'all 8 steps are done'],
    ]);
    expect(await document('longer-4', 'end')).toMatchObject({ reason: 'length', step: 8 });
    const again = await run('longer-4', { steps: 8 }, { resume: true });
    expect(again.notes).toContain('all 8 steps are done; to go on, resume the run with a greater');
    expect(await rows('longer-4', 'end')).toHaveLength(2);
    expect(await document('whole', 'config')).not.toHaveProperty('changes');
  });

  it('takes the polynomial of the new length from there on, or a new stage', async () => {
    const decay = { finalLearningRate: 0, power: 0.9 };
    await run('decayed', { steps: 2, ...decay });
    const { notes } = await run('decayed', { steps: 4, ...decay }, { resume: true });
    expect(notes).toMatch(
      /changed after step 2: steps 2, now 4; the learning rate is 0.0268 from here on and 0.0144 at/,
    );
    const at = (t: number, steps: number, initial = 0.05) => initial * (1 - t / steps) ** 0.9;
    const expected = [at(0, 2), at(1, 2), at(2, 4), at(3, 4)];
    (await rates('decayed')).forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i], 12);
    });
    const stage = { steps: 6, decayStart: 4, learningRate: 0.01, ...decay };
    await run('decayed', stage, { resume: true });
    (await rates('decayed')).slice(4).forEach((rate, i) => {
      expect(rate).toBeCloseTo(at(i, 2, 0.01), 12);
    });
    const { changes } = (await document('decayed', 'config')) as { changes: object[] };
    expect(changes).toHaveLength(2);
    expect(changes[1]).toEqual({
      afterStep: 4,
      values: {
        'options.steps': { before: 4, now: 6 },
        'options.learningRate': { before: 0.05, now: 0.01 },
        'options.decayStart': { before: 0, now: 4 },
      },
    });
  });

  it('keeps the options that it was trained with where nothing is left to train', async () => {
    await run('ended', { steps: 2 });
    const given = {
      steps: null,
      epochs: 1,
      learningRate: 0.5,
      finalLearningRate: 0.5,
      patience: null,
    };
    await run('ended-early', { steps: 3 }, { stopAt: 2 });
    const before = await document('ended', 'config');
    const shorter = { ...given, steps: 2, epochs: null };
    const { notes, steps } = await run('ended', shorter, { resume: true });
    expect(steps).toBe(2);
    expect(notes).toContain(
      'no step is left to train, so the run keeps the options that it was trained with: ' +
        'learningRate 0.05, not 0.5; finalLearningRate 0.05, not 0.5',
    );
    expect(notes).not.toContain('changed after');
    expect(await document('ended', 'config')).toEqual(before);
    // What ends an interrupted run is true of it, and what would have come later is not.
    await run('ended-early', shorter, { resume: true });
    expect(await document('ended-early', 'config')).toMatchObject({
      config: { options: { steps: 2, learningRate: 0.05 } },
      changes: [{ afterStep: 2, values: { 'options.steps': { before: 3, now: 2 } } }],
    });
    // A later resume may change them, once there is something to train.
    await run('ended', given, { resume: true });
    expect(await document('ended', 'config')).toMatchObject({
      config: { options: { epochs: 1, learningRate: 0.5 } },
      changes: [{ afterStep: 2 }],
    });
    expect(await rates('ended')).toEqual([0.05, 0.05, 0.5]);
  });

  it('may change from epochs to steps', async () => {
    await run('epochs', { epochs: 1 });
    const { steps, notes } = await run('epochs', { steps: 4 }, { resume: true });
    expect(steps).toBe(4);
    expect(notes).toContain('changed after step 3: steps null, now 4; epochs 1, now null');
    expect(await losses('epochs')).toEqual((await losses('whole')).slice(0, 4));
  });
});

describe('an unfinished run', () => {
  it('may be made shorter, down to what it has done', async () => {
    await run('shorter', { steps: 8 }, { stopAt: 5 });
    const shorten = (steps: number | null, epochs: number | null = null) =>
      run('shorter', { steps, epochs }, { resume: true });
    await expect(shorten(4)).rejects.toThrow(
      /^retrain steps: expected at least the 5 steps that .*shorter has done, got 4 steps; raise the option steps to at least 5, or start/,
    );
    await expect(shorten(null, 1)).rejects.toThrow(
      /retrain epochs: .* got 1 epoch = 3 steps; raise the option epochs to at least 2/,
    );
    await expect(shorten(4)).rejects.toThrow(ConfigError);
    expect(await document('shorter', 'config')).not.toHaveProperty('changes'); // nothing was written
    const result = await shorten(5);
    expect(result).toMatchObject({ steps: 5, epochs: 2, interrupted: false });
    expect(await document('shorter', 'end')).toMatchObject({ step: 5 });
    expect(await losses('shorter')).toEqual((await losses('whole')).slice(0, 5));
  });

  it('is validated at its new end, if that epoch was done without', async () => {
    const controller = new AbortController();
    const config = { epochs: 4, validationSplit: 'val', validateEvery: 2 };
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'epoch' && event.row.epoch === 2) {
        controller.abort();
      }
    };
    const stopped = await run('unvalidated', config, { signal: controller.signal, onProgress });
    expect(stopped).toMatchObject({ interrupted: true, steps: 9 });
    const validated = async () => (await rows('unvalidated', 'evaluation')).map(({ step }) => step);
    expect(await validated()).toEqual([6]);
    const shortened = await run('unvalidated', { ...config, epochs: 3 }, { resume: true });
    expect(shortened).toMatchObject({ interrupted: false, steps: 9 });
    expect(await validated()).toEqual([6, 9]);
    const [{ meanIou }] = (await rows('unvalidated', 'evaluation')).slice(-1);
    expect(shortened.meanIou).toBe(meanIou);
    const history = await readHistory(path.join(folderOf('unvalidated'), 'history.arrow'));
    const last = epochRows(history).at(-1);
    expect(last).toMatchObject({ epoch: 2, step: 9, meanIou });
    expect(last?.loss).toBeGreaterThan(0); // of the row that was there
    expect(await document('unvalidated', 'end')).toMatchObject({ step: 9, epoch: 3 });
    await run('unvalidated', { ...config, epochs: 3 }, { resume: true });
    expect(await validated()).toEqual([6, 9]); // once
  });

  it('goes on with a validation at its new end that was stopped', async () => {
    const config = { epochs: 3, validationSplit: 'val', validateEvery: 2 };
    const stopAtEpoch = new AbortController();
    await run(
      'stopped',
      { ...config, epochs: 4 },
      {
        signal: stopAtEpoch.signal,
        onProgress: (event) => {
          if (event.kind === 'epoch' && event.row.epoch === 2) {
            stopAtEpoch.abort();
          }
        },
      },
    );
    const stopInValidation = new AbortController();
    const stopped = await run('stopped', config, {
      resume: true,
      signal: stopInValidation.signal,
      onProgress: (event) => {
        if (event.kind === 'images') {
          stopInValidation.abort();
        }
      },
    });
    expect(stopped.interrupted).toBe(true);
    expect((await run('stopped', config, { resume: true })).interrupted).toBe(false);
    expect((await rows('stopped', 'evaluation')).map(({ step }) => step)).toEqual([6, 9]);
  });

  it('refuses other changes, and names those that it takes', async () => {
    await expect(run('shorter', { steps: 9, momentum: 0.5 }, { resume: true })).rejects.toThrow(
      /differences in options.momentum: 0.9, now 0.5. .* \(steps, epochs, .*learningRate.* may be changed\)/,
    );
  });
});
