/** A run as a process of a ring beyond rank 0 does it: steps alone, on the images of its replica. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RingFollower } from '../cluster/ring/follower.js';
import type { RingResult } from '../cluster/ring/messages.js';
import { LabelCounts } from '../dataset/inspection/label-counts.js';
import type { Sample } from '../dataset/dataset.js';
import { BackendError } from '../errors.js';
import { abortable, StoppedElsewhere } from '../interrupt.js';
import type { Program } from '../runtime/program.js';
import { runBatchMaker } from './batch-maker.js';
import type { StepPlace, TrainingTask } from './loop/loop-task.js';
import { StepBatches } from './loop/step-batches.js';
import { samplingOfRun } from './rare-classes.js';
import { placeOfRing, takeFindings } from './ring-of-run.js';
import { loadState } from './ring-state.js';
import type { RunRequest, RunResult, RunWork } from './run-work.js';
import { trainingLoader } from './training-loader.js';

/** Does what rank 0 says, until the run is over. */
async function obey<Batch>(
  task: TrainingTask<Batch>,
  program: Program,
  ring: RingFollower,
): Promise<RingResult> {
  const batches = new StepBatches(task);
  let next: StepPlace | undefined;
  for (;;) {
    if (next !== undefined) {
      await batches.prepare(next); // what cannot be read is known before the others begin the step
    }
    const order = await ring.nextOrder();
    switch (order.kind) {
      case 'state':
        loadState(program, await ring.take(order.name));
        next = order;
        break;
      case 'step':
        await task.step(await batches.take(order), order.step, order.rateScale);
        next = batches.after(order);
        await nextTurn();
        break;
      case 'end':
        return order.result;
      case 'stopped':
        throw new StoppedElsewhere(order.by);
      case 'failed':
        throw new BackendError(`ring: rank 0 ended the run: ${order.reason}`);
    }
  }
}

async function follow<Batch, Prepared>(
  { dataset, signal, onProgress }: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, unknown>,
  ring: RingFollower,
): Promise<RingResult> {
  const { options, trainingParts } = work;
  const samples = trainingParts.flatMap((part) => part.samples);
  const maker = await runBatchMaker(options, dataset, samples, onProgress);
  let program: Program | undefined;
  try {
    const { prepared, counts } = await abortable(takeFindings(ring), signal);
    const labels = new LabelCounts(dataset);
    const known = { dataset, labels, stored: () => Promise.resolve(counts) };
    const sampling = await samplingOfRun(options, trainingParts, known, { signal, onProgress });
    const trained = work.makeProgram(prepared as Prepared, placeOfRing(ring));
    ({ program } = trained);
    const skipped = {
      add: ({ id, imageFile: file }: Sample, reason: string) => {
        ring.tellSkipped({ id, file, reason });
      },
    };
    const context = { dataset, work, maker, sampling, skipped, rank: ring.rank };
    const loader = (some: readonly Sample[], name: string) => trainingLoader(context, some, name);
    const task = work.makeTask({ trained, loader, replicasHere: 1 }, prepared as Prepared);
    return await obey(task, program, ring);
  } finally {
    program?.dispose();
    await maker.close();
  }
}

/**
 * Trains with rank 0 until that says that the run is over; it touches no folder. The signal stops the run in
 * all processes.
 *
 * @throws {@link StoppedElsewhere} if it was stopped before its first step
 * @throws {@link BackendError} if rank 0 goes, or says that the run failed
 */
export async function followRun<Batch, Prepared>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, unknown>,
  ring: RingFollower,
): Promise<RunResult> {
  const { folder, signal } = request;
  const stop = () => {
    ring.stop();
  };
  signal?.addEventListener('abort', stop);
  try {
    return {
      folder,
      dataShare: NaN,
      expected: undefined,
      ...withScores(await follow(request, work, ring)),
    };
  } catch (error) {
    const isStop =
      error instanceof StoppedElsewhere || (signal?.aborted && error === signal.reason);
    throw isStop ? error : await ring.failWith(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    ring.close();
  }
}

const withScores = ({ meanIou, bestMeanIou, ...rest }: RingResult) => ({
  meanIou,
  bestMeanIou,
  ...rest,
});
