import { describe, expect, it, vi } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import type { EpochOptions } from '../../../lib/dataset/loading/loader.js';
import type { HistoryEntry } from '../../../lib/run/history-row.js';
import type { Program } from '../../../lib/runtime/program.js';
import type { OnProgress } from '../../../lib/training/events.js';
import { runLoop } from '../../../lib/training/loop/loop.js';
import type { LoopTask } from '../../../lib/training/loop/loop-task.js';
import { AT_START, type Position } from '../../../lib/training/position.js';
import type { RunSession } from '../../../lib/training/session.js';

/** A session without files; remembers the positions that were saved. */
function sessionAt(start: Position, saved: Position[] = []): RunSession {
  const nothing = () => Promise.resolve();
  const save = (_: Program, position: Position) => {
    saved.push(position);
    return Promise.resolve('');
  };
  const session = {
    start,
    record: nothing,
    finiteState: nothing,
    save,
    takeNotes: () => [],
    goOn: nothing,
    recordEnd: () => Promise.resolve(true),
  };
  return session as unknown as RunSession;
}

/** Five steps, two per epoch; remembers what it was asked for, and what came when. */
function fiveSteps(signalled?: AbortController) {
  const asked: [epoch: number, options: EpochOptions][] = [];
  const log: string[] = [];
  let changes = 0;
  const task: LoopTask<number> = {
    where: 'test',
    program: { changes: () => changes } as Program,
    steps: 5,
    stepsPerEpoch: 2,
    notes: [],
    historyEvery: 100,
    checkpointEvery: 0,
    rollBacks: 0,
    validation: {
      images: 1,
      cost: () => ({ work: { dense: 0, depthwise: 0, bytes: 0, kernels: 0 }, memory: 0 }),
      run: (signal) => {
        log.push('validation');
        signalled?.abort(new Error('stop'));
        signal?.throwIfAborted();
        return Promise.resolve({ meanIou: 0, pixelAccuracy: 0, images: 1, imagesOfSplit: 1 });
      },
    },
    batches: async function* (epoch, options) {
      asked.push([epoch, options]);
      for (let i = options.startStep ?? 0; i < (options.endStep ?? 2); i++) {
        yield await Promise.resolve(2 * epoch + i);
      }
      log.push(`end of the batches of epoch ${epoch}`);
    },
    step: (batch, step) => {
      log.push(`step ${step} on ${batch}`);
      changes++;
      return Promise.resolve({ loss: 1, gradientNorm: 1, isLabelled: true });
    },
    rates: () => ({ learningRate: 1 }),
    phase: () => 'test',
    calls: () => ({ train: 1 }),
    isValidationDue: () => true,
  };
  return { task, asked, log };
}

describe('the training loop', () => {
  it('says which steps of an epoch it takes and which epoch follows', async () => {
    const { task, asked, log } = fiveSteps();
    await runLoop(task, sessionAt(AT_START));
    expect(asked).toEqual([
      [0, { startStep: 0, endStep: 2, nextEpoch: 1, signal: undefined }],
      [1, { startStep: 0, endStep: 2, nextEpoch: 2, signal: undefined }],
      [2, { startStep: 0, endStep: 1, nextEpoch: undefined, signal: undefined }],
    ]);
    expect(log.slice(0, 4)).toEqual([
      'step 0 on 0',
      'step 1 on 1',
      'end of the batches of epoch 0',
      'validation',
    ]);
    expect(log.filter((line) => line.startsWith('step'))).toHaveLength(5);
  });

  it('resumes at its step, also at the validation of an epoch whose steps are done', async () => {
    const { task, asked } = fiveSteps();
    await runLoop(task, sessionAt({ ...AT_START, step: 3, epoch: 1 }));
    expect(asked[0]).toEqual([1, { startStep: 1, endStep: 2, nextEpoch: 2, signal: undefined }]);
    const atEnd = fiveSteps();
    await runLoop(atEnd.task, sessionAt({ ...AT_START, step: 2, epoch: 0 }));
    expect(atEnd.log[0]).toBe('validation');
    expect(atEnd.asked.map(([epoch]) => epoch)).toEqual([1, 2]);
  });

  it('is stopped during a validation with the epoch not done, whatever was read ahead', async () => {
    const controller = new AbortController();
    const { task, asked } = fiveSteps(controller);
    const { interrupted, position } = await runLoop(task, sessionAt(AT_START), {
      signal: controller.signal,
    });
    expect(interrupted).toBe(true);
    expect(position).toMatchObject({ step: 2, epoch: 0 });
    expect(position.tally.steps).toBe(2);
    expect(asked).toHaveLength(1);
  });

  it.each([
    { what: 'an image that cannot be read', fails: 'batches', saved: [{ step: 1, epoch: 0 }] },
    { what: 'a validation', fails: 'validation', saved: [{ step: 2, epoch: 0 }] },
    { what: 'a step before it changes the state', fails: 'step', saved: [{ step: 1, epoch: 0 }] },
    { what: 'a step, whose state may be half of it', fails: 'half a step', saved: [] },
  ])('saves what was trained before an error of $what', async ({ fails, saved: expected }) => {
    const { task } = fiveSteps();
    const wrong = new DataError(`${fails} failed`);
    const failing: LoopTask<number> = {
      ...task,
      ...(fails === 'batches' && {
        batches: async function* () {
          yield await Promise.resolve(0);
          throw wrong;
        },
      }),
      ...(fails === 'step' && {
        step: (batch, step, scale) =>
          step === 0 ? task.step(batch, step, scale) : Promise.reject(wrong),
      }),
      ...(fails === 'half a step' && {
        step: async (batch, step, scale) => {
          const losses = await task.step(batch, step, scale);
          if (step === 0) {
            return losses;
          }
          throw wrong;
        },
      }),
      ...(fails === 'validation' && {
        validation: { ...task.validation!, run: () => Promise.reject(wrong) },
      }),
    };
    const saved: Position[] = [];
    const notes: string[] = [];
    const onProgress: OnProgress = (event) => {
      if (event.kind === 'note') {
        notes.push(event.text);
      }
    };
    await expect(runLoop(failing, sessionAt(AT_START, saved), { onProgress })).rejects.toBe(wrong);
    expect(saved).toMatchObject(expected);
    expect(saved).toHaveLength(expected.length);
    const kept = 'the state after step 1 is saved; resume the run to go on from there';
    const lost =
      'the step after 1 had begun to change the state, which is not kept; resume the run to go on from step 0';
    const told: Record<string, string> = { batches: kept, step: kept, 'half a step': lost };
    expect(notes).toEqual(fails in told ? [told[fails]] : []);
  });

  it('gives the error that ended the run, though the state cannot be saved either', async () => {
    const { task } = fiveSteps();
    const wrong = new DataError('first');
    const session = {
      ...sessionAt(AT_START),
      save: () => Promise.reject(new DataError('the disk is full')),
    } as unknown as RunSession;
    const failing: LoopTask<number> = {
      ...task,
      batches: async function* () {
        yield await Promise.resolve(0);
        throw wrong;
      },
    };
    await expect(runLoop(failing, session)).rejects.toBe(wrong);
  });

  it('goes back to the start of the epoch with half the rates, as often as it may', async () => {
    const { task } = fiveSteps();
    const steps: [step: number, scale: number][] = [];
    const rows: HistoryEntry[] = [];
    const saved: Position[] = [];
    const session = {
      ...sessionAt(AT_START, saved),
      record: (row: HistoryEntry) => Promise.resolve(void rows.push(row)),
      saveFailure: () => Promise.resolve('failed.safetensors'),
      rollBack: (_: Program, step: number) =>
        Promise.resolve(saved.findLast((position) => position.step === step)!),
    } as unknown as RunSession;
    const warnings: string[] = [];
    const failing: LoopTask<number> = {
      ...task,
      rollBacks: 2,
      step: (_, step, scale) => {
        steps.push([step, scale]);
        const isBad = step === 3 && scale > 0.25;
        return Promise.resolve({
          loss: 1,
          gradientNorm: 1,
          isLabelled: true,
          ...(isBad && { failure: 'a loss of NaN' }),
        });
      },
    };
    const onProgress: OnProgress = (event) => {
      if (event.kind === 'warning') {
        warnings.push(event.text);
      }
    };
    const { position } = await runLoop(failing, session, { onProgress });
    expect(steps).toEqual(
      [[0, 1], [1, 1], [2, 1], [3, 1], [2, 0.5], [3, 0.5], [2, 0.25], [3, 0.25], [4, 0.25]], // oxfmt-ignore
    );
    expect(position).toMatchObject({ step: 5, rollBacks: 2 });
    expect(saved[0]).toMatchObject({ step: 0 }); // to go back to from the first epoch
    expect(rows.filter(({ kind }) => kind === 'roll-back')).toMatchObject([
      {
        step: 2,
        epoch: 1,
        phase: expect.stringContaining('got a loss of NaN, in epoch 2, step 4') as string,
      },
      { step: 2, epoch: 1 },
    ]);
    expect(warnings[1]).toMatch(/The run goes back to step 2, with 0.25 times .*roll-back 2 of 2/);

    const once = runLoop({ ...failing, rollBacks: 1 }, session);
    await expect(once).rejects.toThrow(
      /^test: expected finite numbers, got a loss of NaN, in epoch 2, step 4; .*{ rollBacks: 3 }/,
    );
  });

  it('warns of memory that grows from step to step', async () => {
    const { task } = fiveSteps();
    let step = 0;
    // Each step takes a minute and 10 MiB.
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => 60_000 * step);
    const memory = vi.spyOn(process.memoryUsage, 'rss');
    memory.mockImplementation(() => (1000 + 10 * step) * 2 ** 20);
    const growing: LoopTask<number> = {
      ...task,
      steps: 60,
      stepsPerEpoch: 10,
      isValidationDue: () => false,
      step: () => {
        step++;
        return Promise.resolve({ loss: 1, gradientNorm: 1, isLabelled: true });
      },
    };
    const warnings: string[] = [];
    const onProgress: OnProgress = (event) => {
      if (event.kind === 'warning') {
        warnings.push(event.text);
      }
    };
    try {
      await runLoop(growing, sessionAt(AT_START), { onProgress });
    } finally {
      clock.mockRestore();
      memory.mockRestore();
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^memory grows: 1\.1 GiB at step \d+, 1\.3 GiB at step \d+\./);
  });
});
