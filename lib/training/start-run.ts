/** The one start of a run: search and retraining differ only in what they pass to it. */
import { RingFollower } from '../cluster/ring/follower.js';
import type { RingLeader } from '../cluster/ring/leader.js';
import { interruptSignal } from '../interrupt.js';
import type { ExpectedCost } from './expected/expected.js';
import { clusterOfRun, placeOf, type ProgramPlace } from './cluster-of-run.js';
import { runExpectation, warnOfMemory } from './expected/run-expectation.js';
import { followRun } from './follow-run.js';
import type { LoopResult } from './loop/loop.js';
import { prepareRun } from './prepare-run.js';
import { leadRing, placeOfRing, ringOfRun } from './ring-of-run.js';
import { adviseToResume } from './resume-advice.js';
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

/** A run that has ended, and what `finish` gave; undefined if it was interrupted. */
interface StartedRun<Outcome> {
  readonly result: RunResult;
  readonly outcome: Outcome | undefined;
}

/**
 * Starts or resumes a run and trains until the last step, the signal or an error.
 *
 * Whatever can be refused is refused before the run's folder is made. Everything that was opened is
 * closed in the end: the session, the threads, the program. A notebook whose cell was interrupted is told
 * how to resume.
 *
 * @returns the result, and what `finish` gave; undefined if the run was interrupted
 */
export async function startRun<Batch, Prepared, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
): Promise<StartedRun<Outcome>> {
  const started = await runWhere(request, work);
  adviseToResume(work.declared.name, request, started.result);
  return started;
}

/** Does the run here, with workers, or in a ring. */
async function runWhere<Batch, Prepared, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
): Promise<StartedRun<Outcome>> {
  const signal = request.signal ?? interruptSignal();
  const given = { ...request, signal };
  const ring = await ringOfRun(given, work);
  if (ring instanceof RingFollower) {
    return { result: await followRun(given, work, ring), outcome: undefined };
  }
  if (ring !== undefined) {
    const place = placeOfRing(ring);
    return leadRing(ring, signal, (both) => runOn(place, { ...given, signal: both }, work, ring));
  }
  const cluster = await clusterOfRun(given, work);
  try {
    return await runOn(placeOf(cluster), given, work);
  } catch (error) {
    throw cluster === undefined ? error : await cluster.explain(error);
  } finally {
    cluster?.close();
  }
}

/** Does the run, as rank 0 if it is shared by a ring. */
async function runOn<Batch, Prepared, Outcome>(
  place: ProgramPlace,
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
  ring?: RingLeader,
): Promise<StartedRun<Outcome>> {
  const { folder, onProgress } = request;
  const prepared = await prepareRun(request, work, place, ring);
  try {
    if (request.estimate === 'only') {
      const expected = await runExpectation(work, prepared, prepared.position);
      warnOfMemory(expected, onProgress);
      return {
        result: resultOf(folder, notBegun(prepared.position), expected),
        outcome: undefined,
      };
    }
    await ring?.allReady(request.signal);
    const { ended, expected, outcome } = await trainRun(request, work, prepared, ring);
    return { result: resultOf(folder, ended, expected), outcome };
  } finally {
    await prepared.close();
  }
}
