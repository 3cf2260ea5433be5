/**
 * One writer to a run: a lock file that names its owner, so that a lock left by a killed process is
 * recognised and taken over.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, copyFile, link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError } from '../errors.js';
import { temporaryName } from './atomic-file.js';
import { errorCode, fileError } from './file-error.js';

/** After this time, of two processes that take over a stale lock at once one has won. */
const SETTLE_MS = 50;

/** Who holds a lock. */
interface LockOwner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same number; empty where that is unknown. */
  readonly processStart: string;
  readonly since: string;
}

/** When a process of this machine started, in a form that never comes again; empty if unknown. */
function processStart(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the start time is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}/${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}

/** True if a process of this machine is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH'; // EPERM: it is another user's
  }
}

/** True if the owner certainly runs no more. Of another machine that cannot be known. */
function isStale(owner: LockOwner): boolean {
  if (owner.host !== hostname()) {
    return false;
  }
  if (!isAlive(owner.pid)) {
    return true;
  }
  const start = processStart(owner.pid);
  return start !== '' && owner.processStart !== '' && start !== owner.processStart;
}

/** The owner of a lock file; undefined if there is no file, null if it names none. */
async function readOwner(file: string): Promise<LockOwner | null | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw fileError('read', file, error);
  }
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    const { token, pid, host, processStart: start, since } = owner ?? {};
    const isOwner =
      [token, host, start, since].every((field) => typeof field === 'string') &&
      Number.isSafeInteger(pid) &&
      (pid ?? 0) > 0;
    return isOwner ? (owner as LockOwner) : null;
  } catch {
    return null;
  }
}

/** The error for a lock that somebody else holds. */
function heldError(file: string, owner: LockOwner | null): DataError {
  const who =
    owner === null
      ? 'an unknown process'
      : `process ${owner.pid}${owner.pid === process.pid ? ' (this one)' : ''} ` +
        `on ${owner.host} since ${owner.since}`;
  return new DataError(
    `${file}: the run is being written by ${who}; wait for it or stop it. ` +
      'If it is certain that nothing writes this run any more, remove the lock file',
    file,
  );
}

/** Gives a file its place, unless that is taken (`EEXIST`): the whole content or nothing. */
async function claim(written: string, file: string): Promise<void> {
  try {
    await link(written, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      throw error;
    }
    await copyFile(written, file, constants.COPYFILE_EXCL); // a file system without links
  }
}

/** The lock of one run, held until {@link RunLock.release}. */
export class RunLock {
  readonly file: string;
  private readonly owner: LockOwner;

  private constructor(file: string, owner: LockOwner) {
    this.file = file;
    this.owner = owner;
  }

  /**
   * Takes a lock.
   *
   * A lock whose process is gone is taken over; so is one whose process number now belongs to
   * another process (on Linux). The lock of another machine is never judged.
   *
   * @throws {@link DataError} if somebody else holds it; names the process
   */
  static async acquire(file: string): Promise<RunLock> {
    const owner: LockOwner = {
      token: randomUUID(),
      pid: process.pid,
      host: hostname(),
      processStart: processStart(process.pid),
      since: new Date().toISOString(),
    };
    const lock = new RunLock(file, owner);
    const temporary = temporaryName(file);
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(JSON.stringify(owner));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await lock.take(temporary);
    } catch (error) {
      throw fileError('lock', file, error);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    return lock;
  }

  /**
   * Throws unless this lock is still held: before writing what must not be overwritten.
   *
   * @throws {@link DataError} if the lock was removed or taken over
   */
  async verify(): Promise<void> {
    const owner = await readOwner(this.file);
    if (owner?.token !== this.owner.token) {
      throw owner === undefined
        ? new DataError(`${this.file}: the lock of this run was removed; stopping`, this.file)
        : heldError(this.file, owner);
    }
  }

  /** Gives the lock back; does nothing if it is no longer ours. */
  async release(): Promise<void> {
    if ((await readOwner(this.file))?.token === this.owner.token) {
      await rm(this.file, { force: true });
    }
  }

  /** Puts the written file in the lock's place, if that is free or stale. */
  private async take(written: string): Promise<void> {
    try {
      await claim(written, this.file);
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
    }
    const holder = await readOwner(this.file);
    if (holder === null || (holder !== undefined && !isStale(holder))) {
      throw heldError(this.file, holder);
    }
    await rename(written, this.file);
    await sleep(SETTLE_MS);
    await this.verify();
  }
}
