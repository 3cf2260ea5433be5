/** One part of a study, done by this process. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { publishedArchitecture } from '../architecture/published.js';
import { DataError } from '../errors.js';
import { isRunning, readOwner } from '../files/lock-owner.js';
import { FileLock } from '../files/lock.js';
import { interruptSignal } from '../interrupt.js';
import { RUN_LOCK } from '../run/holder.js';
import { makeFolder, partLock, runFolder } from './folder.js';
import { networksOf } from './networks.js';
import { readResult, writeResult, type PartOutcome, type SearchOutcome } from './part-result.js';
import { runOpinionPart } from './parts/opinion-part.js';
import { runRetrainPart } from './parts/retrain-part.js';
import { runSearchPart } from './parts/search-part.js';
import type { PartContext } from './parts/context.js';
import { requiredPart, type RetrainPart, type StudyPart } from './plan.js';

/** How a start of a part ended. `held`: another process is at it. */
export type PartEnd = 'done' | 'interrupted' | 'held';

/** What it takes to do a part. */
export interface PartRequest extends PartContext {
  /** The command that the result names. */
  readonly command: string;
  /** The revision of the library's source, which the result names; undefined: not known. */
  readonly commit?: string | undefined;
}

/** What the search that a part needs gave. */
async function searchOf({ folder, settings }: PartContext, id: string): Promise<SearchOutcome> {
  const result = await readResult(folder, settings, id);
  if (result?.outcome.kind !== 'search') {
    throw new DataError(
      `${folder}: expected the result of ${id}, which this part needs, got none; run that part first`,
      folder,
    );
  }
  return result.outcome;
}

async function architectureOf(
  context: PartContext,
  { network: { id, search } }: RetrainPart,
): Promise<Architecture> {
  if (search === undefined) {
    return publishedArchitecture;
  }
  const networks = networksOf(await searchOf(context, search), context.settings, context.configs);
  return networks.find((one) => one.id === id)!.architecture;
}

/** The run of a search is gone although its supernet is asked for: with the result it was carried here alone. */
function checkSupernet({ folder }: PartContext, id: string): void {
  const run = runFolder(folder, id);
  if (!existsSync(join(run, 'config.json'))) {
    throw new DataError(
      `${run}: expected the run of ${id}, whose supernet is asked for its opinion, got none; bring it from ` +
        `where it was done, or remove the result of ${id} to do it again`,
      run,
    );
  }
}

/**
 * Removes the lock of a run that another machine left behind: whoever holds the lock of the part, which a
 * machine that still runs keeps touching, is alone at its run.
 */
async function freeRun(folder: string, id: string): Promise<void> {
  const file = join(runFolder(folder, id), RUN_LOCK);
  const owner = await readOwner(file);
  if (owner !== undefined && owner !== null && isRunning(owner) === undefined) {
    await rm(file, { force: true });
  }
}

/** Does the work of a part; undefined if it was interrupted. */
async function outcomeOf(context: PartContext, part: StudyPart): Promise<PartOutcome | undefined> {
  switch (part.kind) {
    case 'search':
      return runSearchPart(context, part);
    case 'opinion':
      checkSupernet(context, part.search);
      return runOpinionPart(context, part, await searchOf(context, part.search));
    case 'retrain':
      return runRetrainPart(context, part, await architectureOf(context, part));
  }
}

/** Whether a part can begin: it needs none that is not done. */
export async function isReady(
  { folder, settings }: Pick<PartContext, 'folder' | 'settings'>,
  part: StudyPart,
): Promise<boolean> {
  const required = requiredPart(part);
  return required === undefined || (await readResult(folder, settings, required)) !== undefined;
}

/**
 * Does a part of a study, or goes on with it, unless it is done or another process is at it.
 *
 * @throws {@link ConfigError}, {@link DataError} or {@link NumericError} as its run does
 */
export async function runPart(request: PartRequest, part: StudyPart): Promise<PartEnd> {
  const { folder, settings, command, commit } = request;
  const signal = request.signal ?? interruptSignal();
  await makeFolder(join(folder, 'locks'));
  const lock = await FileLock.attempt(partLock(folder, part.id));
  if (lock === undefined) {
    return 'held';
  }
  const begun = new Date();
  try {
    if ((await readResult(folder, settings, part.id)) !== undefined) {
      return 'done';
    }
    await freeRun(folder, part.id);
    const outcome = await outcomeOf({ ...request, signal }, part);
    if (outcome === undefined) {
      return 'interrupted';
    }
    await writeResult(folder, settings, lock, { id: part.id, outcome, begun, command, commit });
    return 'done';
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      return 'interrupted';
    }
    throw error;
  } finally {
    await lock.release();
  }
}
