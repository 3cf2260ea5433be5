/** The training of a prepared run in its folder: its documents, its notes, its loop. */
import type { RingLeader } from '../cluster/ring/leader.js';
import { deviceNotes } from '../runtime/devices.js';
import { memoryNotes } from '../runtime/memory.js';
import { precisionNotes, resolvePrecision } from '../runtime/precision.js';
import type { ExpectedCost } from './expected/expected.js';
import { runExpectation, tellExpectation } from './expected/run-expectation.js';
import { describeFirstWeights } from './first-weights.js';
import { hasStepsLeft } from './loop/ending.js';
import { runLoop, type LoopResult } from './loop/loop.js';
import type { PreparedRun } from './prepare-run.js';
import { partnersOf } from './ring-of-run.js';
import { changeNotes, type ResumeChanges } from './run-length.js';
import type { RunRequest, RunWork } from './run-work.js';
import { RunSession } from './session.js';

/** What a training gave. */
export interface TrainedRun<Outcome> {
  readonly ended: LoopResult;
  /** What it was expected to take; undefined if not asked for. */
  readonly expected: ExpectedCost | undefined;
  /** What `finish` gave; undefined if the run was interrupted. */
  readonly outcome: Outcome | undefined;
}

/** Writes what belongs to a run beside its history and its checkpoints. */
async function writeDocuments<Batch, Prepared>(
  { run }: RunSession,
  work: RunWork<Batch, Prepared, unknown>,
  { prepared, checked, sampling, firstWeights }: PreparedRun<Batch, Prepared>,
): Promise<void> {
  await run.write('data', work.data.fingerprint);
  await work.writeDocuments(run, prepared);
  if (checked !== undefined) {
    await run.write('labels', checked);
  }
  if (sampling.document) {
    await run.write('class-counts', sampling.document);
  }
  if (firstWeights) {
    await run.write('initial-weights', firstWeights);
  }
}

/** What the user should know before the first step. */
function notesOf<Batch, Prepared>(
  session: RunSession,
  changes: ResumeChanges,
  { data, options }: RunWork<Batch, Prepared, unknown>,
  { task, trained, sampling, firstWeights }: PreparedRun<Batch, Prepared>,
): readonly string[] {
  return [
    ...session.notes,
    ...data.notes,
    ...memoryNotes(trained.program),
    ...precisionNotes(resolvePrecision(options.precision ?? 'float32')),
    ...deviceNotes(options.devices),
    ...(firstWeights ? [describeFirstWeights(firstWeights)] : []),
    ...sampling.notes,
    ...changeNotes(changes, task, session.start),
    ...task.notes,
  ];
}

/**
 * Trains a prepared run until the last step, the signal or an error.
 *
 * @param ring - the processes that train with this one
 * @throws {@link ConfigError} or {@link DataError} if its folder cannot be made or opened
 */
export async function trainRun<Batch, Prepared, Outcome>(
  request: RunRequest<unknown>,
  work: RunWork<Batch, Prepared, Outcome>,
  prepared: PreparedRun<Batch, Prepared>,
  ring?: RingLeader,
): Promise<TrainedRun<Outcome>> {
  const { folder, resume = false, signal, onProgress } = request;
  const { declared, options, searchSpace } = work;
  const { task, validation, trained, settings, skipped } = prepared;
  const { program } = trained;
  const { keepCheckpoints } = options;
  const session = await RunSession.open({
    ...settings,
    folder,
    resume,
    signal,
    keepCheckpoints,
    outcomes: work.outcomes,
    ...(searchSpace && { searchSpace }),
  });
  try {
    const changes = await session.recordChanges(hasStepsLeft(task, session.start));
    for (const text of notesOf(session, changes, work, prepared)) {
      onProgress?.({ kind: 'note', text });
    }
    const expected =
      request.estimate === undefined
        ? undefined
        : await runExpectation(work, prepared, session.start);
    if (expected !== undefined) {
      tellExpectation(expected, onProgress);
    }
    session.restore(program);
    await writeDocuments(session, work, prepared);
    const ended = await runLoop(
      {
        ...task,
        where: declared.name,
        program,
        validation,
        historyEvery: options.historyEvery,
        checkpointEvery: options.checkpointEvery,
        rollBacks: options.rollBacks,
        partners: ring && partnersOf(ring, program, signal),
      },
      session,
      { signal, onProgress },
    ).catch(async (error: unknown) => {
      await skipped.writeTo(session.run).catch(() => undefined); // the first error says more
      throw error;
    });
    await skipped.writeTo(session.run);
    const outcome = ended.interrupted ? undefined : await work.finish(program, session.run);
    return { ended, expected, outcome };
  } finally {
    await session.close();
  }
}
