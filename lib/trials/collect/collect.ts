/** Trials collected from their folders, also half-done ones. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataError } from '../../errors.js';
import { fileError } from '../../files/file-error.js';
import type { CollectedTrials } from './collected.js';
import { readTrial } from './read-trial.js';

/** Whether a folder is that of a trial: it holds a run, or nothing yet. */
async function isTrial(folder: string): Promise<boolean> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    return false;
  }
  const names = await readdir(folder);
  return names.length === 0 || names.includes('config.json') || names.includes('run.lock');
}

/** Numbers in names in their order: seed-2 before seed-10. */
const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * Reads all trials of a folder: each folder in it that holds a run, or nothing yet. Nothing is written, and
 * trials may be running.
 *
 * What cannot be read of a trial is said in its `note`, and the others are read all the same.
 *
 * @throws {@link DataError} if the folder cannot be read, or holds no trial
 *
 * @example
 * ```ts no-run
 * const { trials } = await collectTrials('runs/ten');
 * const best = trials.map(({ id, bestMeanIou }) => [id, bestMeanIou]);
 * ```
 */
export async function collectTrials(folder: string): Promise<CollectedTrials> {
  const whole = resolve(folder);
  let names: string[];
  try {
    names = await readdir(whole);
  } catch (error) {
    throw fileError('list', whole, error);
  }
  const folders = names.sort(inOrder.compare).map((name) => join(whole, name));
  const isOne = await Promise.all(folders.map(isTrial));
  const trials = [];
  for (const one of folders.filter((_, i) => isOne[i])) {
    trials.push(await readTrial(one));
  }
  if (trials.length === 0) {
    throw new DataError(
      `${whole}: expected folders with runs, such as seed-1, got none; pass the folder that the trials ` +
        'were given as --out, once the first has begun',
      whole,
    );
  }
  return { folder: whole, trials };
}
