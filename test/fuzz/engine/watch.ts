/** Starts the process that reads cases, and ends it if it hangs. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MESSAGES, type ChildJob, type ChildMessage } from './messages.js';

/** When a case hangs. */
export interface HangLimits {
  /** It has computed for this long, in s. */
  readonly computing: number;
  /** It has taken this long, in s, whatever it did: a wait without end computes nothing. */
  readonly waiting: number;
}

/** Seconds of computing in which a process loads the library and reads the valid documents. */
const START_SECONDS = 120;
/** Time between two looks, in ms. */
const LOOK_EVERY = 200;
/** How Linux counts computing time. */
const TICKS_PER_SECOND = 100;
/** The end of what a process printed is kept, in characters. */
const KEPT_OUTPUT = 2000;

/** How a process ended. */
export type ChildEnd =
  | { readonly kind: 'done' }
  /** It ended itself, since a case took more memory than the limit. */
  | { readonly kind: 'memory'; readonly case: number; readonly grewMiB: number }
  | { readonly kind: 'hang'; readonly case: number; readonly seconds: number }
  | { readonly kind: 'crash'; readonly case: number; readonly message: string }
  /** The caller ended it. */
  | { readonly kind: 'stopped' };

/** The computing time of a process in s; undefined where the system does not tell. */
function computingTime(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** The case that a process is at; undefined before the first. */
function caseIn(state: string): number | undefined {
  try {
    const bytes = readFileSync(state);
    return bytes.length < 8 ? undefined : bytes.readDoubleLE();
  } catch {
    return undefined;
  }
}

/** Looks whether a process is still at the case that it was at. */
class Watchdog {
  private number: number | undefined;
  private since = performance.now();
  private computed: number | undefined;

  constructor(
    private readonly pid: number | undefined,
    private readonly state: string,
    private readonly limits: HangLimits,
  ) {}

  /** How long it has been at one case in s, if that is too long. */
  look(): number | undefined {
    const number = caseIn(this.state);
    if (number !== this.number) {
      this.number = number;
      this.since = performance.now();
      this.computed = computingTime(this.pid);
      return undefined;
    }
    const waited = (performance.now() - this.since) / 1000;
    const computed = (computingTime(this.pid) ?? waited) - (this.computed ?? 0);
    const isHang =
      number === undefined
        ? computed > START_SECONDS
        : computed > this.limits.computing || waited > this.limits.waiting;
    return isHang ? Math.max(computed, 0) : undefined;
  }
}

const childFile = path.join(import.meta.dirname, '..', 'child.js');

/**
 * Reads cases in a process of their own.
 *
 * @param onMessage - receives faults and progress
 * @param signal - ends the process
 * @throws Error if it ends before it has read the valid documents
 */
export function watchChild(
  job: ChildJob,
  limits: HangLimits,
  onMessage: (message: ChildMessage) => void,
  signal: AbortSignal,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', childFile, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let end: ChildEnd | undefined;
    let isReady = false;
    let output = '';
    const keep = (data: Buffer): void => {
      output = (output + data.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    createInterface(child.stdio[MESSAGES] as Readable).on('line', (line) => {
      const message = JSON.parse(line) as ChildMessage;
      if (message.kind === 'done' || message.kind === 'memory') {
        end = message;
      } else {
        isReady ||= message.kind === 'ready';
        onMessage(message);
      }
    });
    const watchdog = new Watchdog(child.pid, job.state, limits);
    const timer = setInterval(() => {
      const seconds = watchdog.look();
      if (seconds !== undefined && end === undefined) {
        end = { kind: 'hang', case: caseIn(job.state) ?? job.from, seconds };
        child.kill('SIGKILL');
      }
    }, LOOK_EVERY);
    const stop = (): void => {
      end ??= { kind: 'stopped' };
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
      const message = `the process ended with ${how}: ${output.trim()}`;
      if (!isReady && (end === undefined || end.kind === 'hang')) {
        reject(new Error(`${job.format}: its valid documents cannot be read: ${message}`));
      }
      resolve(end ?? { kind: 'crash', case: caseIn(job.state) ?? job.from, message });
    });
    if (signal.aborted) {
      stop();
    }
  });
}
