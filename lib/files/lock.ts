/**
 * One holder at a time: a lock file that names its owner, so that a lock left by a killed process is
 * recognised and taken over.
 */
import { constants, copyFile, link, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError } from '../errors.js';
import { temporaryName } from './temporary-file.js';
import { errorCode, fileError } from './file-error.js';
import { describeOwner, isRunning, readOwner, thisProcess, type LockOwner } from './lock-owner.js';
import { isLaterStart, schedulerJob } from './scheduler-job.js';

/** After this time, of two processes that take over a stale lock at once one has won. */
const SETTLE_MS = 50;
/** How often a process that waits looks at the lock. */
const POLL_MS = 200;
/** How often the holder of a lock that others may wait for touches it. */
const TOUCH_MS = 5_000;
/** Such a lock, not touched for this long, has lost its owner. */
const UNTOUCHED_MS = 60_000;
const PATIENCE_MS = 1_800_000;

/** How to wait for a lock. Of the processes that take a lock, either all wait for it or none. */
export interface LockWait {
  /** Called once, with the holder in words, if the lock is not free. */
  readonly onWait?: ((holder: string) => void) | undefined;
  /** Gives up after this time; default 30 minutes. */
  readonly patienceMs?: number | undefined;
  /** Stops waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** A lock, held until {@link FileLock.release}. */
export class FileLock {
  private readonly owner = thisProcess();
  private touching: NodeJS.Timeout | undefined;

  private constructor(readonly file: string) {}

  /**
   * Takes a lock.
   *
   * A lock whose process is gone is taken over; so is one whose process number now belongs to
   * another process (on Linux). The lock of another machine is taken over by a later start of the same
   * job, which a scheduler makes when the machine of the first has died; the first, should it still run,
   * finds in {@link verify} that it must stop. Otherwise such a lock is judged only with `wait`: its
   * holder then shows that it still runs by touching the file.
   *
   * @param wait - how to wait for another holder; default: not at all
   * @throws {@link DataError} naming the process that holds it, at once or when patience has run out
   * @throws the signal's reason if it is aborted
   */
  static async acquire(file: string, wait?: LockWait): Promise<FileLock> {
    const lock = new FileLock(file);
    const start = Date.now();
    let isTold = false;
    while (!(await lock.take(wait !== undefined))) {
      wait?.signal?.throwIfAborted();
      const owner = await readOwner(file);
      if (owner === undefined) {
        continue; // it was just released
      }
      if (wait === undefined || Date.now() - start >= (wait.patienceMs ?? PATIENCE_MS)) {
        throw heldError(file, owner);
      }
      if (!isTold) {
        wait.onWait?.(describeOwner(owner));
        isTold = true;
      }
      await sleep(POLL_MS);
    }
    if (wait !== undefined) {
      lock.startTouching();
    }
    return lock;
  }

  /**
   * Takes a lock that others may wait for, or leaves it to its holder; of the processes that take a lock, none
   * may take it without waiting.
   *
   * @returns undefined if somebody else holds it
   */
  static async attempt(file: string): Promise<FileLock | undefined> {
    const lock = new FileLock(file);
    if (!(await lock.take(true))) {
      return undefined;
    }
    lock.startTouching();
    return lock;
  }

  /**
   * Throws unless this lock is still held: before writing what must not be overwritten.
   *
   * @throws {@link DataError} if the lock was removed or taken over
   */
  async verify(): Promise<void> {
    const owner = await readOwner(this.file);
    if (owner === undefined) {
      throw new DataError(
        `${this.file}: expected the lock of this process, got no file; it was removed, so this ` +
          'process stops: another one may have begun',
        this.file,
      );
    }
    if (owner?.token !== this.owner.token) {
      throw heldError(this.file, owner);
    }
  }

  /** Frees the lock; does nothing if it is no longer ours. */
  async release(): Promise<void> {
    clearInterval(this.touching);
    if ((await readOwner(this.file))?.token === this.owner.token) {
      await rm(this.file, { force: true });
    }
  }

  /** From now on shows others that this process still runs. */
  private startTouching(): void {
    this.touching = setInterval(() => void touch(this.file), TOUCH_MS).unref();
  }

  /** Takes the lock if it is free or stale; false if somebody holds it or was quicker. */
  private async take(isTouched: boolean): Promise<boolean> {
    const holder = await readOwner(this.file);
    if (holder !== undefined && !(await isStale(this.file, holder, isTouched))) {
      return false;
    }
    const written = temporaryName(this.file);
    try {
      await writeFlushed(written, JSON.stringify(this.owner));
      if (holder === undefined) {
        return await claim(written, this.file);
      }
      if ((await readOwner(this.file))?.token !== holder?.token) {
        return false; // taken over while the new owner was being written
      }
      await rename(written, this.file);
      await sleep(SETTLE_MS);
      return (await readOwner(this.file))?.token === this.owner.token;
    } catch (error) {
      throw fileError('lock', this.file, error);
    } finally {
      await rm(written, { force: true }).catch(() => undefined);
    }
  }
}

/**
 * Who holds a lock that others may wait for, in words; undefined if it is free or was left behind.
 *
 * @throws {@link DataError} if it cannot be read
 */
export async function lockHolder(file: string): Promise<string | undefined> {
  const owner = await readOwner(file);
  return owner === undefined || (await isStale(file, owner, true))
    ? undefined
    : describeOwner(owner);
}

/**
 * Runs a task while this process alone holds a lock; waits for it first.
 *
 * @param file - the lock; its folder is made
 * @throws {@link DataError} if another process keeps it for longer than the patience
 * @throws the signal's reason if it is aborted while waiting
 */
export async function withLock<T>(
  file: string,
  task: () => Promise<T>,
  wait: LockWait = {},
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const lock = await FileLock.acquire(file, wait);
  try {
    return await task();
  } finally {
    await lock.release();
  }
}

/** Whether the owner of a lock is gone, for certain or as far as the touches tell. */
async function isStale(file: string, owner: LockOwner | null, isTouched: boolean) {
  const runs = owner === null ? undefined : isRunning(owner);
  if (runs === undefined && isLaterStart(schedulerJob(), owner?.job)) {
    return true;
  }
  if (runs !== undefined || !isTouched) {
    return runs === false;
  }
  const touched = await stat(file).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > UNTOUCHED_MS;
}

/** Says that the holder still runs; a lock that was removed by hand stays removed. */
async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

async function writeFlushed(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a written file its place, the whole content or nothing; false if that is taken. */
async function claim(written: string, file: string): Promise<boolean> {
  try {
    await link(written, file).catch((error: unknown) => {
      if (errorCode(error) === 'EEXIST') {
        throw error;
      }
      return copyFile(written, file, constants.COPYFILE_EXCL); // a file system without links
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** The error for a lock that somebody else holds. */
function heldError(file: string, owner: LockOwner | null): DataError {
  return new DataError(
    `${file}: expected a free lock, got one held by ${describeOwner(owner)}; wait for it or stop ` +
      'it. If it is certain that nothing holds it any more, remove the lock file',
    file,
  );
}
