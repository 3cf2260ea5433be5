/** The ring whose processes share the replicas of a run. */
import { createHash } from 'node:crypto';
import type { RingFollower } from '../cluster/ring/follower.js';
import type { RingLeader } from '../cluster/ring/leader.js';
import type { RingResult } from '../cluster/ring/messages.js';
import { openRing, type OpenRing } from '../cluster/ring/open-ring.js';
import { ConfigError } from '../errors.js';
import { StoppedElsewhere } from '../interrupt.js';
import type { Program } from '../runtime/program.js';
import { count } from '../text.js';
import type { ProgramPlace } from './cluster-of-run.js';
import { ensureBackend } from './ensure-backend.js';
import type { StepPartners } from './loop/loop-task.js';
import { stateBytes } from './ring-state.js';
import type { RunRequest, RunResult, RunWork } from './run-work.js';

/** What is asked of a run that concerns its ring. */
type RingWork = Pick<
  RunWork<never, never, unknown>,
  'declared' | 'options' | 'facts' | 'data' | 'trainingParts' | 'kindOfWork'
>;

/** What follows from the label maps: rank 0 finds it out for all. */
export interface RingFindings {
  /** What {@link RunWork.prepare} gave; plain data. */
  readonly prepared: unknown;
  /** The pixels of classes, by image. */
  readonly counts: unknown;
}

const FINDINGS = 'findings';

/** Digits of a digest that are compared. */
const DIGITS = 16;

/** The folder of the run to resume; undefined for a new run, and beyond rank 0 of a ring. */
export function resumedFolder({ folder, resume, ring }: RunRequest<unknown>): string | undefined {
  return resume === true && (ring?.rank ?? 0) === 0 ? folder : undefined;
}

/** Throws unless a ring can share the replicas of a run. */
function checkRequest(
  { cluster, ring }: RunRequest<unknown>,
  { declared, options }: RingWork,
): void {
  const { name } = declared;
  if (cluster !== undefined) {
    throw new ConfigError(
      `${name}: expected a cluster or a ring, got both; leave the option cluster or the option ring out`,
    );
  }
  const { length } = ring?.processes ?? [];
  if (options.replicas !== length) {
    throw new ConfigError(
      `${name} ring: expected one replica for each of its ${length} processes, got ` +
        `${count(options.replicas, 'replica')}; set { replicas: ${length} }, or name as many processes as ` +
        'replicas',
    );
  }
}

/** What decides the numbers of a run, for comparison. */
function factsOf(
  { resume = false }: RunRequest<unknown>,
  { declared, options, facts, data, trainingParts }: RingWork,
): object {
  const deciding = Object.entries(options).filter(
    ([name]) => declared.table[name]?.onResume !== 'free',
  );
  const order = createHash('sha256');
  for (const { samples } of trainingParts) {
    order.update(JSON.stringify(samples.map(({ id }) => id)));
  }
  return {
    program: declared.name,
    resume,
    options: Object.fromEntries(deciding),
    ...facts,
    'digest of the data': data.fingerprint.digest.slice(0, DIGITS),
    'digest of the training images': order.digest('hex').slice(0, DIGITS),
  };
}

/**
 * Opens the ring that a run asks for.
 *
 * @returns undefined if it asks for none, or only wants to know what it would take
 * @throws what {@link openRing} throws, {@link ConfigError} if it has another number of processes than replicas
 */
export async function ringOfRun(
  request: RunRequest<unknown>,
  work: RingWork,
): Promise<OpenRing | undefined> {
  const { ring, estimate, signal, onProgress } = request;
  if (ring === undefined) {
    return undefined;
  }
  checkRequest(request, work);
  if (estimate === 'only') {
    return undefined;
  }
  await ensureBackend();
  const onNote = (text: string) => onProgress?.({ kind: 'note', text });
  if (work.options.devices !== null) {
    onNote('the option devices names devices of one process; in a ring it does nothing');
  }
  const facts = factsOf(request, work);
  return openRing(ring, { facts, work: work.kindOfWork }, { signal, onNote });
}

/** Where the program of a process of a ring is. */
export function placeOfRing({ place }: OpenRing): ProgramPlace {
  return place;
}

/** Lets the others have what follows from the label maps. */
export function shareFindings(ring: RingLeader, findings: RingFindings): void {
  ring.share(FINDINGS, new TextEncoder().encode(JSON.stringify(findings)));
}

/** What rank 0 found out. */
export async function takeFindings(ring: RingFollower): Promise<RingFindings> {
  return JSON.parse(new TextDecoder().decode(await ring.take(FINDINGS))) as RingFindings;
}

/** The other processes, as the loop of rank 0 has them. */
export function partnersOf(
  ring: RingLeader,
  program: Program,
  signal: AbortSignal | undefined,
): StepPartners {
  return {
    takeState: async (place) => ring.giveState(await stateBytes(program), place, signal),
    step: (place) => ring.step(place, signal),
  };
}

function told({
  interrupted,
  stoppedEarly,
  steps,
  epochs,
  meanIou,
  bestMeanIou,
}: RunResult): RingResult {
  return { interrupted, stoppedEarly, steps, epochs, meanIou, bestMeanIou };
}

/**
 * Does a run as rank 0, and tells the others how it ends.
 *
 * @param work - gets a signal that the others can abort, too
 * @throws {@link StoppedElsewhere} if another process stopped it before its first step
 */
export async function leadRing<T extends { readonly result: RunResult }>(
  ring: RingLeader,
  own: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([own, ring.stopped]);
  try {
    const done = await work(signal);
    await ring.finish(told(done.result));
    return done;
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      await ring.stopBefore(error instanceof StoppedElsewhere ? error.by : 'rank 0');
      throw error;
    }
    const explained = await ring.explain(error);
    await ring.fail(explained instanceof Error ? explained.message : String(explained));
    throw explained;
  }
}
