/** The one start of a run: search and retraining differ only in what they pass to it. */
import type { Cluster } from '../cluster/cluster.js';
import { interruptSignal } from '../interrupt.js';
import type { ExpectedCost } from './expected/expected.js';
import { clusterOfRun } from './cluster-of-run.js';
import { runExpectation, warnOfMemory } from './expected/run-expectation.js';
import type { LoopResult } from './loop/loop.js';
import { prepareRun } from './prepare-run.js';
import type { RunRequest, RunResult, RunWork } from './run-work.js';
import type { Position } from './position.js';
import { trainRun } from './train-run.js';

function resultOf(
  folder: string,
  { interrupted, stoppedEarly, position, scores, dataShare }: LoopResult,
  expected: ExpectedCost | undefined,
): RunResult {
  return {
    folder,
    interrupted,
    stoppedEarly,
    steps: position.step,
    epochs: position.epoch,
    meanIou: scores?.meanIou ?? position.scores.at(-1),
    bestMeanIou: Number.isNaN(position.best.meanIou) ? undefined : position.best.meanIou,
    dataShare,
    expected,
  };
}

/** What a loop gives that was not begun. */
const notBegun = (position: Position): LoopResult => ({
  interrupted: true,
  stoppedEarly: false,
  position,
  scores: undefined,
  dataShare: NaN,
});

/**
 * Starts or resumes a run and trains until the last step, the signal or an error.
 *
 * Whatever can be refused is refused before the run's folder is made. Everything that was opened is
 * closed in the end: the session, the threads, the program.
 *
 * @returns the result, and what `finish` gave; undefined if the run was interrupted
 */
export async function startRun<Batch, Prepared, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
): Promise<{ readonly result: RunResult; readonly outcome: Outcome | undefined }> {
  const signal = request.signal ?? interruptSignal();
  const cluster = await clusterOfRun({ ...request, signal }, work);
  try {
    return await runOn(cluster, { ...request, signal }, work);
  } catch (error) {
    throw cluster === undefined ? error : await cluster.explain(error);
  } finally {
    cluster?.close();
  }
}

/** Does the run on the machines of a cluster, or on this one. */
async function runOn<Batch, Prepared, Outcome>(
  cluster: Cluster | undefined,
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
): Promise<{ readonly result: RunResult; readonly outcome: Outcome | undefined }> {
  const { folder, onProgress } = request;
  const prepared = await prepareRun(request, work, cluster);
  try {
    if (request.estimate === 'only') {
      const expected = await runExpectation(work, prepared, prepared.position);
      warnOfMemory(expected, onProgress);
      return {
        result: resultOf(folder, notBegun(prepared.position), expected),
        outcome: undefined,
      };
    }
    const { ended, expected, outcome } = await trainRun(request, work, prepared);
    return { result: resultOf(folder, ended, expected), outcome };
  } finally {
    await prepared.close();
  }
}
