/** How far a trial has come, from the files of its folder. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../errors.js';
import { errorCode } from '../../files/file-error.js';
import { readTextFile } from '../../files/text-file.js';
import { runHolder } from '../../run/holder.js';
import type { TrialState } from './collected.js';

/** Exit codes of runs that were stopped: 128 plus SIGHUP, SIGINT, SIGTERM. */
const STOPPED = [129, 130, 143];

/** The longest file that says how a trial ended, in bytes. */
const MAX_BYTES = 1000;

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** The exit code of the last start by a script; undefined if none ended, or none was by a script. */
async function exitCode(folder: string): Promise<number | undefined> {
  try {
    const [, code] = /^(\d+) /.exec(await readTextFile(`${folder}.ended`, MAX_BYTES)) ?? [];
    return code === undefined ? undefined : Number(code);
  } catch (error) {
    if (error instanceof DataError && errorCode(error.cause) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Why a run failed, in words; undefined if it did not. */
async function failureOf(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, 'failed.safetensors'))) {
    return 'a loss or a weight was not finite';
  }
  const code = await exitCode(folder);
  return code === undefined || code === 0 || STOPPED.includes(code)
    ? undefined
    : `ended with exit code ${code}`;
}

/**
 * How far a trial has come, and why.
 *
 * @throws {@link DataError} if a file cannot be read
 */
export async function stateOf(
  folder: string,
): Promise<{ readonly state: TrialState; readonly note: string | null }> {
  const holder = await runHolder(folder);
  if (holder !== undefined) {
    return { state: 'running', note: holder };
  }
  const documents = ['end.json', 'architecture.json'].map((name) => exists(join(folder, name)));
  if ((await Promise.all(documents)).every(Boolean)) {
    return { state: 'done', note: null };
  }
  const failure = await failureOf(folder);
  if (failure !== undefined) {
    return { state: 'failed', note: failure };
  }
  const hasBegun = await exists(join(folder, 'config.json'));
  return { state: hasBegun ? 'interrupted' : 'not begun', note: null };
}
