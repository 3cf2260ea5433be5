/** What stays of the run of a part that is done: its result is all that a study needs of it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../files/file-error.js';
import { BEST_FILE, stepFiles } from '../run/checkpoint-folder.js';
import { isDone, runFolder } from './folder.js';
import type { StudyPart, StudyPlan } from './plan.js';

/**
 * What stays of runs that are no longer needed.
 *
 * *all* - everything. *last* - of the checkpoints that of the last step. *none* - nothing.
 */
export type Keep = 'all' | 'last' | 'none';

/** All of them. */
export const KEEPS: readonly Keep[] = ['none', 'last', 'all'];

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw fileError('remove', path, error);
  }
}

/** Whether no part needs the run of this one any more: that of a search is needed for its opinion. */
function isSpent(folder: string, part: StudyPart, { parts }: StudyPlan): boolean {
  return (
    part.kind !== 'opinion' &&
    isDone(folder, part.id) &&
    parts.every(
      (other) => other.kind !== 'opinion' || other.search !== part.id || isDone(folder, other.id),
    )
  );
}

/**
 * Removes what is not to stay of runs that are no longer needed.
 *
 * @throws {@link DataError} if something cannot be removed
 */
export async function tidyRuns(folder: string, plan: StudyPlan, keep: Keep): Promise<void> {
  if (keep === 'all') {
    return;
  }
  for (const part of plan.parts) {
    const run = runFolder(folder, part.id);
    if (!existsSync(run) || !isSpent(folder, part, plan)) {
      continue;
    }
    if (keep === 'none') {
      await remove(run);
      continue;
    }
    const checkpoints = join(run, 'checkpoints');
    const [last, ...older] = await stepFiles(checkpoints);
    if (last !== undefined) {
      await Promise.all(
        [...older.map(({ file }) => file), join(checkpoints, BEST_FILE)].map(remove),
      );
    }
  }
}
