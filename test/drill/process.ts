/** Processes that are drilled. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { FAULTS, MAIN } from './places.js';

/** What `child/faults.mjs` does in a process. */
export interface Faults {
  /** Operations on files in this folder count; it ends with a separator. */
  readonly folder?: string;
  /** SIGKILL instead of the n-th operation that changes files, from 1. */
  readonly killAt?: number;
  /** The same instead of the first operation that a regular expression finds: `^rename .*png$`. */
  readonly killAtName?: string;
  /** The signal instead of SIGKILL. */
  readonly signal?: NodeJS.Signals;
  /** Half of that operation is done before, if it writes. */
  readonly half?: boolean;
  /** SIGKILL after the n-th step of the process. */
  readonly killAtStep?: number;
  /** From the n-th operation on, what takes space fails. */
  readonly fullFrom?: number;
  /** Each step is appended to this file. */
  readonly steps?: string;
  /** The operations are written into this file at the end. */
  readonly log?: string;
  /** How many days the clock is wrong; it goes on to the next at each n-th operation. */
  readonly clock?: { readonly days: readonly number[]; readonly every: number };
  /** What happens to a worker thread at its n-th batch. */
  readonly worker?: { readonly at: number; readonly how: 'exit' | 'error' | 'hang' };
  /** Intervals of the main thread are shorter by this factor. */
  readonly hurry?: number;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed, both outputs together. */
  readonly output: string;
}

/** A process that was started. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** What drilled processes have in their environment. */
export function environmentWith(faults: Faults): NodeJS.ProcessEnv {
  const {
    AUTODEEPLAB_BACKEND = 'auto',
    TF_NUM_INTRAOP_THREADS = '1',
    TF_NUM_INTEROP_THREADS = '2',
  } = process.env;
  const drill = JSON.stringify(faults);
  return {
    ...process.env,
    AUTODEEPLAB_BACKEND,
    // The last digits depend on them, and a process that runs several commands has those of the first.
    TF_NUM_INTRAOP_THREADS,
    TF_NUM_INTEROP_THREADS,
    AUTODEEPLAB_DRILL: drill,
    // What started the process: not nohup, under which SIGHUP does nothing.
    _: process.execPath,
  };
}

/** Resolves when a process has ended and its outputs are closed. */
export function endOf(child: ChildProcess): Promise<Ended> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => (output += data.toString()));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, output });
    });
  });
}

/** Starts the command line in a process of its own. */
export function start(
  parameters: readonly string[],
  faults: Faults,
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): Started {
  const child = spawn(process.execPath, ['--import', FAULTS, MAIN, ...parameters], {
    env: environmentWith(faults),
    stdio,
  });
  return { child, ended: endOf(child) };
}
