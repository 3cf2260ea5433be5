/** Keeps two set-ups from working in one folder at the same time. */
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError } from '../../errors.js';

/** The owner touches its lock this often. */
const TOUCH_MS = 5_000;
/** A lock that was not touched for so long has lost its owner. */
const STALE_MS = 60_000;
/** How often a waiting set-up looks. */
const POLL_MS = 200;

/** How {@link withLock} waits. */
export interface LockOptions {
  /** Called once if another process holds the lock. */
  readonly onWait?: (owner: string) => void;
  /** Gives up after so long; 30 minutes if absent. */
  readonly patienceMs?: number;
}

interface Owner {
  readonly process: number;
  readonly host: string;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isStale(file: string): boolean {
  const owner = readOwner(file);
  try {
    const isDead = owner?.host === hostname() && !isAlive(owner.process);
    return isDead || Date.now() - statSync(file).mtimeMs > STALE_MS;
  } catch {
    return false; // it was just released
  }
}

function tryTake(file: string): boolean {
  const owner: Owner = { process: process.pid, host: hostname() };
  try {
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
    return false;
  }
}

/** Removes a lock without an owner; of two processes that try, one renames and both go on. */
function breakLock(file: string): void {
  const grave = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, grave);
    rmSync(grave, { force: true });
  } catch {
    // another process was quicker
  }
}

async function take(file: string, options: LockOptions): Promise<void> {
  const start = Date.now();
  let isFirst = true;
  while (!tryTake(file)) {
    if (isStale(file)) {
      breakLock(file);
      continue;
    }
    const owner = readOwner(file);
    const name = owner ? `process ${owner.process} on ${owner.host}` : 'another process';
    if (Date.now() - start > (options.patienceMs ?? 1_800_000)) {
      throw new BackendError(
        `expected ${name} to finish its set-up, but it holds ${file} still; end it or delete that file`,
      );
    }
    if (isFirst) {
      options.onWait?.(name);
      isFirst = false;
    }
    await sleep(POLL_MS);
  }
}

/**
 * Runs `task` while this process alone holds the lock `file`.
 *
 * A lock whose owner died (killed, machine restarted) is taken over.
 *
 * @param file - the lock; its folder is made
 * @throws {@link BackendError} if another process keeps it longer than the patience
 */
export async function withLock<T>(
  file: string,
  task: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  await take(file, options);
  const touch = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // the file was deleted by hand
    }
  }, TOUCH_MS);
  touch.unref();
  try {
    return await task();
  } finally {
    clearInterval(touch);
    if (readOwner(file)?.process === process.pid) {
      rmSync(file, { force: true });
    }
  }
}
