/** A study: its parts, done one after the other or several at once, as far as they are not done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../duration.js';
import type { Dataset } from '../dataset/dataset.js';
import { AutoDeepLabError, ConfigError } from '../errors.js';
import { writeJsonFile } from '../files/json-file.js';
import { lockHolder } from '../files/lock.js';
import { abortable, adviseOnInterrupt, interruptSignal } from '../interrupt.js';
import type { LoopControl } from '../training/events.js';
import { collectRecord } from './collect-record.js';
import {
  checkSettings,
  isDone,
  openStudy,
  partLock,
  readStudySettings,
  recordFile,
} from './folder.js';
import { tidyRuns, type Keep } from './keep.js';
import type { PartContext } from './parts/context.js';
import { requiredPart, studyPlan, type StudyPart, type StudyPlan } from './plan.js';
import type { StudyRecord } from './record.js';
import { runPart, type PartEnd, type PartRequest } from './run-part.js';
import { selectParts } from './select.js';
import { resolveStudy, type StudyChoices } from './settings.js';
import { studySecondsLeft } from './time-left.js';

/** Does a part, in this process or in another one. */
export type StartPart = (request: PartRequest, part: StudyPart) => Promise<PartEnd>;

/** What {@link study} needs. */
export interface StudyOptions extends LoopControl, StudyChoices {
  readonly dataset: Dataset;
  /** New or empty, or that of a study to go on with; of that, `results` is enough. */
  readonly folder: string;
  /** The parts to do: `search`, `opinion`, `retrain`, or ids with `*`; all by default. */
  readonly only?: readonly string[] | undefined;
  /** What stays of runs that are no longer needed; `last` by default. */
  readonly keep?: Keep | undefined;
  /** Parts done at the same time; more than 1 needs `startPart`. */
  readonly atOnce?: number | undefined;
  /** Does a part; by default this process. */
  readonly startPart?: StartPart | undefined;
  /** What the results name as the command that made them. */
  readonly command?: string | undefined;
  /** The revision of the library's source, which the results name. */
  readonly commit?: string | undefined;
  /** Further facts for each run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object | undefined;
}

/** What a study gives. */
export interface StudyResult {
  readonly folder: string;
  /** True if the signal stopped it; start it again to go on. */
  readonly interrupted: boolean;
  /** Parts that ended with an error, and why. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
  /** Parts that were left because another process is at them. */
  readonly elsewhere: readonly string[];
  readonly record: StudyRecord;
}

/** How often parts that other processes are at are looked at, in ms. */
const POLL_MS = 2000;

/** A study that goes on, with what has become of its parts in this process. */
interface Course {
  readonly options: StudyOptions;
  readonly request: PartRequest;
  readonly plan: StudyPlan;
  readonly parts: readonly StudyPart[];
  readonly running: Map<string, Promise<void>>;
  readonly failed: Map<string, string>;
  readonly signal: AbortSignal;
}

/** Writes what was measured so far. */
async function writeRecord({ request }: Course): Promise<StudyRecord> {
  const { folder, settings, configs, command } = request;
  const record = await collectRecord(folder, settings, configs, command);
  await writeJsonFile(recordFile(folder), record);
  return record;
}

/** Says which part begins, and when all is expected to be done. */
async function announce(course: Course, part: StudyPart): Promise<void> {
  const { plan, request, options } = course;
  const record = await writeRecord(course);
  const total = plan.parts.length;
  const seconds = studySecondsLeft(plan, record, options.atOnce ?? 1);
  const left = seconds === undefined ? '' : `; about ${duration(seconds)} left`;
  const text =
    `part ${plan.parts.indexOf(part) + 1} of ${total}: ${part.id} ` +
    `(${total - record.missing.length} done${left})`;
  request.onProgress?.({ kind: 'note', text });
}

/** Does a part and notes what became of it; only errors of this library end a part alone. */
async function doPart(course: Course, part: StudyPart): Promise<void> {
  const { request, plan, failed, options } = course;
  const start = options.startPart ?? runPart;
  await announce(course, part);
  try {
    if ((await start(request, part)) === 'done') {
      await tidyRuns(request.folder, plan, options.keep ?? 'last');
    }
  } catch (error) {
    if (!(error instanceof AutoDeepLabError)) {
      throw error;
    }
    failed.set(part.id, error.message);
    request.onProgress?.({ kind: 'warning', text: `${part.id} failed: ${error.message}` });
  }
}

/** The parts that wait: not done, not failed, not under way here. */
function waiting({ parts, request, failed, running }: Course): StudyPart[] {
  return parts.filter(
    ({ id }) => !isDone(request.folder, id) && !failed.has(id) && !running.has(id),
  );
}

/** The parts that other processes are at. */
async function heldElsewhere({ request, plan, running }: Course): Promise<Set<string>> {
  const held = new Set<string>();
  for (const { id } of plan.parts) {
    const isOpen = !isDone(request.folder, id) && !running.has(id);
    if (isOpen && (await lockHolder(partLock(request.folder, id))) !== undefined) {
      held.add(id);
    }
  }
  return held;
}

/** Whether what a part needs is done. */
function isReady(folder: string, part: StudyPart): boolean {
  const required = requiredPart(part);
  return required === undefined || isDone(folder, required);
}

/** Does all parts that can be done; those that need what another process is at are waited for. */
async function doParts(course: Course): Promise<void> {
  const { request, running, options, signal } = course;
  const { atOnce = 1 } = options;
  while (!signal.aborted) {
    const held = await heldElsewhere(course);
    const open = waiting(course);
    const next = open.find((part) => isReady(request.folder, part) && !held.has(part.id));
    if (next !== undefined && running.size < atOnce) {
      const work = doPart(course, next).finally(() => running.delete(next.id));
      work.catch(() => undefined); // thrown where it is awaited
      running.set(next.id, work);
      continue;
    }
    const isAwaited = open.some((part) => held.has(requiredPart(part) ?? ''));
    if (running.size > 0) {
      await Promise.race(running.values());
    } else if (isAwaited) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    } else {
      return;
    }
  }
}

/** A study that was checked and whose folder was not touched. */
export interface PreparedStudy {
  readonly context: PartContext;
  readonly plan: StudyPlan;
  /** The parts that are meant. */
  readonly parts: readonly StudyPart[];
}

/**
 * Checks a study and what its folder holds; nothing is written.
 *
 * @throws {@link ConfigError} if a choice is not usable, or differs from how the study was begun
 * @throws {@link DataError} if the dataset or a file of the study cannot be read
 */
export async function prepareStudy(options: StudyOptions): Promise<PreparedStudy> {
  const { dataset, folder, only, atOnce = 1, startPart, onProgress, environment } = options;
  if (!Number.isInteger(atOnce) || atOnce < 1 || (atOnce > 1 && startPart === undefined)) {
    throw new ConfigError(
      `study atOnce: expected ${startPart ? 'a whole number above 0' : '1 (more need startPart)'}, got ${atOnce}`,
    );
  }
  const { searchSeeds, retrainSeeds, randomPerFound, testSplit, groups, search, retrain } = options;
  const lists = { searchSeeds, retrainSeeds, groups };
  const choices = { ...lists, randomPerFound, testSplit, search, retrain };
  const before = await readStudySettings(folder);
  const { settings, configs } = await resolveStudy(dataset, choices, before);
  checkSettings(folder, before, settings);
  const plan = studyPlan(settings);
  const parts = selectParts(plan.parts, only);
  const signal = options.signal ?? interruptSignal();
  const context = { dataset, folder, settings, configs, signal, onProgress, environment };
  return { context, plan, parts };
}

/**
 * Runs a study, or goes on with it: searches under several seeds, what their supernets think of the networks
 * that go with them, and retrainings of all of these by one recipe, scored on a split that no decision has
 * seen.
 *
 * Its parts are as small as one run. Each that is done leaves a small file in `results`, which is all that is
 * needed of it: the folder may be carried to another machine without its runs, and several processes may work
 * in one folder; none does what another one is at. A part that fails leaves the others alone; started again,
 * it is tried again.
 *
 * @throws {@link ConfigError} if a choice is not usable, or differs from how the study was begun
 * @throws {@link DataError} if the dataset or a file of the study cannot be read or written
 *
 * @example
 * ```ts no-run
 * const dataset = await openDataset('camvid', { root: '/data/CamVid' });
 * const { record } = await study({ dataset, folder: 'runs/study', searchSeeds: [1, 2, 3] });
 * ```
 */
export async function study(options: StudyOptions): Promise<StudyResult> {
  const { folder, command = '', commit } = options;
  const signal = options.signal ?? interruptSignal();
  const { context, plan, parts } = await abortable(prepareStudy(options), signal);
  await openStudy(folder, context.settings);
  const request = { ...context, command, commit };
  const state = { running: new Map<string, Promise<void>>(), failed: new Map<string, string>() };
  const course: Course = { options, request, plan, parts, signal, ...state };
  await tidyRuns(folder, plan, options.keep ?? 'last');
  try {
    await doParts(course);
  } finally {
    await Promise.allSettled(course.running.values());
  }
  const record = await writeRecord(course);
  if (signal.aborted && options.signal === undefined) {
    adviseOnInterrupt('interrupted, and saved; the same call of study resumes it');
  }
  return {
    folder,
    interrupted: signal.aborted,
    failed: [...course.failed].map(([id, reason]) => ({ id, reason })),
    elsewhere: [...(await heldElsewhere(course))],
    record,
  };
}
