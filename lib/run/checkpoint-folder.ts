/** The checkpoint files of a run: which there are, and which one is meant. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.js';
import { errorCode, fileError } from '../files/file-error.js';
import { readCheckpoint, type Checkpoint, type StoredCheckpoint } from './checkpoint-file.js';

const STEP_FILE = /^step-(\d{9,})\.safetensors$/;
/** The checkpoint with the best score. */
export const BEST_FILE = 'best.safetensors';

/** A checkpoint file that could not be used. */
export interface SkippedCheckpoint {
  readonly file: string;
  /** Why, in one line. */
  readonly reason: string;
}

/** The newest checkpoint that is intact. */
export interface FoundCheckpoint {
  readonly file: string;
  readonly checkpoint: StoredCheckpoint;
  /** Newer ones that are damaged, the newest first. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * The step of the best checkpoint so far, as a later one or itself remembers it.
 *
 * @returns undefined if there was no validation yet
 */
export function bestStepOf({ metrics }: Pick<Checkpoint, 'metrics'>): number | undefined {
  const { bestMeanIou = NaN, bestStep } = metrics;
  return Number.isNaN(bestMeanIou) ? undefined : bestStep;
}

/** The checkpoint files of a folder with their steps, the newest first. */
export async function stepFiles(folder: string): Promise<{ step: number; file: string }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw fileError('read', folder, error);
  }
  return names
    .flatMap((name) => {
      const step = STEP_FILE.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), file: join(folder, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * Reads a checkpoint of a run.
 *
 * @param run - the run, as its manifest names it; undefined: any
 * @throws {@link DataError} if it is damaged or belongs to another run
 */
async function readOf(file: string, run: string | undefined): Promise<StoredCheckpoint> {
  const checkpoint = await readCheckpoint(file);
  if (run !== undefined && checkpoint.run !== run) {
    throw new DataError(
      `${file}: expected a checkpoint of this run, got that of another one`,
      file,
    );
  }
  return checkpoint;
}

/**
 * The newest intact checkpoint of a folder; damaged ones are skipped and named, and the best one is
 * tried last.
 *
 * @param run - the run that they must belong to, as its manifest names it; undefined: any
 * @returns undefined if the folder holds none at all
 * @throws {@link DataError} if there are some and all are damaged
 */
export async function latestCheckpoint(
  folder: string,
  run?: string,
): Promise<FoundCheckpoint | undefined> {
  const files = (await stepFiles(folder)).map(({ file }) => file);
  const skipped: SkippedCheckpoint[] = [];
  for (const file of [...files, join(folder, BEST_FILE)]) {
    try {
      return { file, checkpoint: await readOf(file, run), skipped };
    } catch (error) {
      if (!(error instanceof DataError)) {
        throw error;
      }
      const code = errorCode(error.cause);
      if (code === undefined || code === 'EIO') {
        skipped.push({ file, reason: error.message });
      } else if (code !== 'ENOENT') {
        throw error; // not the file's fault, such as a lack of rights
      }
    }
  }
  if (skipped.length === 0) {
    return undefined;
  }
  throw new DataError(
    `${folder}: expected an intact checkpoint, got ${skipped.length} damaged: ` +
      `${skipped.map(({ reason }) => reason).join('; ')}; start a new run in another folder`,
    folder,
  );
}

/** The checkpoint of a step; undefined if there is none, or it is damaged or of another run. */
export async function checkpointAt(
  folder: string,
  step: number,
  run?: string,
): Promise<StoredCheckpoint | undefined> {
  const entry = (await stepFiles(folder)).find((found) => found.step === step);
  return entry && readOf(entry.file, run).catch(() => undefined);
}

/** Which checkpoint of a run: that with the best validation, or the last. */
export type CheckpointChoice = 'best' | 'last';

/** Reads a checkpoint that is meant and no other; the error says what else there is to take. */
async function readMeant(
  file: string,
  run: string | undefined,
  advice: string,
): Promise<StoredCheckpoint> {
  try {
    return await readOf(file, run);
  } catch (error) {
    throw error instanceof DataError
      ? new DataError(`${error.message}; ${advice}`, file, { cause: error.cause })
      : error;
  }
}

async function readLast(folder: string, run: string | undefined): Promise<StoredCheckpoint> {
  const [newest] = (await stepFiles(folder)).map(({ file }) => file);
  if (newest === undefined) {
    throw new DataError(
      `${folder}: expected the last checkpoint, got ${BEST_FILE} only; take { checkpoint: 'best' }`,
      folder,
    );
  }
  const advice = "resume the run to train its steps again, or take { checkpoint: 'best' }";
  return readMeant(newest, run, advice);
}

/** What the newest intact checkpoint says of the best; undefined if there is none. */
async function bestSoFar(folder: string, run: string | undefined) {
  for (const { file, step } of await stepFiles(folder)) {
    const checkpoint = await readOf(file, run).catch(() => undefined);
    if (checkpoint !== undefined) {
      return { step, bestStep: bestStepOf(checkpoint) };
    }
  }
  return undefined;
}

async function readBest(
  folder: string,
  run: string | undefined,
  isNamed: boolean,
): Promise<StoredCheckpoint> {
  const file = join(folder, BEST_FILE);
  const advice = "take { checkpoint: 'last' }";
  const { step = 0, bestStep } = (await bestSoFar(folder, run)) ?? {};
  if (bestStep === undefined) {
    return isNamed ? readMeant(file, run, advice) : readLast(folder, run);
  }
  const named = isNamed ? await readOf(file, run).catch(() => undefined) : undefined;
  if (named !== undefined && (named.step === bestStep || named.step > step)) {
    return named;
  }
  const same = (await stepFiles(folder)).find((entry) => entry.step === bestStep);
  if (same !== undefined) {
    return readMeant(same.file, run, advice);
  }
  if (isNamed && named === undefined) {
    return readMeant(file, run, advice);
  }
  throw new DataError(
    `${folder}: expected the best checkpoint, that of step ${bestStep}, got ` +
      `${named ? `that of step ${named.step} as ${BEST_FILE}` : 'none'}; ${advice}`,
    folder,
  );
}

/**
 * The checkpoint of a run that is asked for, or an error: never another one in its place.
 *
 * The best is the one that the newest checkpoint remembers as the best, so that a program killed
 * between saving it and naming it `best.safetensors` loses nothing. Without a validation, the last
 * one is meant.
 *
 * @param folder - the folder of the checkpoints
 * @param run - the run that they must belong to, as its manifest names it; undefined: any
 * @throws {@link DataError} if there is none, or the one that is meant is missing or damaged
 */
export async function chosenCheckpoint(
  folder: string,
  choice: CheckpointChoice,
  run?: string,
): Promise<StoredCheckpoint> {
  const isNamed = (await stat(join(folder, BEST_FILE)).catch(() => undefined)) !== undefined;
  if (!isNamed && (await stepFiles(folder)).length === 0) {
    throw new DataError(`${folder}: expected checkpoints, got none; train the run first`, folder);
  }
  return choice === 'best' ? readBest(folder, run, isNamed) : readLast(folder, run);
}
