/** Who holds a lock: the process that a lock file names, and whether it still runs. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode, fileError } from './file-error.js';
import { readFile } from './read-file.js';
import { schedulerJob, type SchedulerJob } from './scheduler-job.js';

/** The content of a lock file. */
export interface LockOwner {
  /** Tells this lock from any other. */
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same number; empty where that is unknown. */
  readonly processStart: string;
  readonly since: string;
  /** The job of a scheduler that it belongs to; absent outside of jobs. */
  readonly job?: SchedulerJob;
}

/** This process as the owner of a new lock. */
export function thisProcess(): LockOwner {
  const job = schedulerJob();
  return {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: new Date().toISOString(),
    ...(job && { job }),
  };
}

/** The owner that a lock file names; undefined if there is no file, null if it names none. */
export async function readOwner(file: string): Promise<LockOwner | null | undefined> {
  let text: string;
  try {
    text = (await readFile(file)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw fileError('read', file, error);
  }
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    const { token, pid, host, processStart: start, since, job } = owner ?? {};
    const isOwner =
      [token, host, start, since].every((field) => typeof field === 'string') &&
      (job === undefined || isJob(job)) &&
      Number.isSafeInteger(pid) &&
      (pid ?? 0) > 0;
    return isOwner ? (owner as LockOwner) : null;
  } catch {
    return null;
  }
}

function isJob(value: unknown): boolean {
  const { id, restart } = (value ?? {}) as Partial<SchedulerJob>;
  return typeof id === 'string' && Number.isSafeInteger(restart);
}

/**
 * Whether an owner still runs; undefined where that cannot be known: on another machine, and where
 * processes do not tell when they started.
 */
export function isRunning({ pid, host, processStart: recorded }: LockOwner): boolean | undefined {
  if (host !== hostname()) {
    return undefined;
  }
  if (!isAlive(pid)) {
    return false;
  }
  const start = processStart(pid);
  return start === '' || recorded === '' ? undefined : start === recorded;
}

/** An owner in words. */
export function describeOwner(owner: LockOwner | null): string {
  if (owner === null) {
    return 'an unknown process';
  }
  const { pid, host, since } = owner;
  return `process ${pid}${pid === process.pid ? ' (this one)' : ''} on ${host} since ${since}`;
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
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH'; // EPERM: it is another user's
  }
}
