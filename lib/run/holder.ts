import { join } from 'node:path';
import { describeOwner, isRunning, readOwner } from '../files/lock-owner.js';

/** The lock of a run, in its folder. */
export const RUN_LOCK = 'run.lock';

/**
 * The process that writes a run, in words; undefined if there is none. A process on another machine is
 * believed to run, since that cannot be known here.
 *
 * @throws {@link DataError} if the lock cannot be read
 */
export async function runHolder(folder: string): Promise<string | undefined> {
  const owner = await readOwner(join(folder, RUN_LOCK));
  return owner === undefined || (owner !== null && isRunning(owner) === false)
    ? undefined
    : describeOwner(owner);
}
