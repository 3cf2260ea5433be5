/** The process that runs the cells of one notebook, seen from its parent. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../../errors.js';
import { MESSAGES, type CellJob, type ChildMessage, type NotebookJob } from './messages.js';

/** How long a process may take that was asked to stop, for example to finish a step, in ms. */
const GRACE_MS = 35_000;

/** How much of what native libraries print is kept for a report, in characters. */
const LOG_LENGTH = 4000;

/** A signal that comes while Node prepares a script is lost: it is repeated this often, in ms. */
const REPEAT_MS = 300;

/** Timers cannot be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How a process ended, and in which cell. */
export type ProcessEnd =
  | { readonly kind: 'done'; readonly backend: string | undefined }
  | { readonly kind: 'failed'; readonly cell: number }
  | { readonly kind: 'timeout'; readonly cell: number }
  | { readonly kind: 'interrupted'; readonly cell: number | undefined }
  | {
      readonly kind: 'crashed';
      /** Undefined if it ended before the first cell. */
      readonly cell: number | undefined;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      /** The end of what it printed past the cells, by native libraries mostly. */
      readonly log: string;
    };

/** What to run and how. */
export interface ProcessOptions {
  /** The current folder of the process. */
  readonly folder: string;
  readonly cells: readonly CellJob[];
  /** Environment variables besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** The longest that a cell may take, in ms; infinity for no limit. */
  readonly cellTimeoutMs: number;
  /** Stops the process. */
  readonly signal?: AbortSignal | undefined;
  /** Receives every message as it comes. */
  readonly onMessage: (message: ChildMessage) => void;
}

/** The compiled script of the process; where this file runs from its source, that of `dist`. */
function childScript(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const script = fileURLToPath(
    new URL(isSource ? '../../../dist/notebook/run/child.js' : './child.js', import.meta.url),
  );
  if (!existsSync(script)) {
    throw new BackendError(
      `notebook: expected the compiled script ${script}, got no such file; run \`npm run build\``,
    );
  }
  return script;
}

/** Calls back with each line of a stream, however its bytes are cut. */
function onLines(stream: Readable, take: (line: string) => void): void {
  let pieces: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(Buffer.concat([...pieces, rest.subarray(0, end)]).toString());
      pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) {
      pieces.push(rest);
    }
  });
}

/** A running process: its messages, its clock, its end. */
class NotebookProcess {
  private readonly child: ChildProcess;
  private cell: number | undefined;
  private end: ProcessEnd | undefined;
  private clock: NodeJS.Timeout | undefined;
  private grace: NodeJS.Timeout | undefined;
  private repeat: NodeJS.Timeout | undefined;
  private log = '';

  constructor(private readonly options: ProcessOptions) {
    const { folder, cells, environment } = options;
    this.child = spawn(process.execPath, [childScript()], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true, // a group of its own: Ctrl-C reaches it through us, and all of it can be ended
    });
    const { stdin, stdout, stderr, stdio } = this.child;
    stdin?.on('error', () => undefined); // it ended before it read; its end tells why
    stdin?.end(JSON.stringify({ parent: process.pid, cells } satisfies NotebookJob));
    for (const stream of [stdout, stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.log = (this.log + data.toString()).slice(-LOG_LENGTH);
      });
    }
    onLines(stdio[MESSAGES] as Readable, (line) => {
      this.take(JSON.parse(line) as ChildMessage);
    });
  }

  /** Waits for the end. */
  async wait(): Promise<ProcessEnd> {
    const { signal } = this.options;
    const onAbort = () => {
      this.stop({ kind: 'interrupted', cell: this.cell });
    };
    const onExit = () => {
      this.kill('SIGKILL');
    };
    process.once('exit', onExit);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) {
      onAbort();
    }
    try {
      return await new Promise<ProcessEnd>((resolve, reject) => {
        this.child.once('error', reject);
        this.child.once('close', (code, name) => {
          const { cell, log } = this;
          resolve(this.end ?? { kind: 'crashed', cell, code, signal: name, log });
        });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      process.off('exit', onExit);
      clearTimeout(this.clock);
      clearTimeout(this.grace);
      clearInterval(this.repeat);
      this.kill('SIGKILL'); // processes that it started and left
    }
  }

  private take(message: ChildMessage): void {
    switch (message.kind) {
      case 'cell':
        this.cell = message.index;
        this.startClock(message.index);
        break;
      case 'cell-end':
        clearTimeout(this.clock);
        if (!message.isOk) {
          this.end ??= { kind: 'failed', cell: message.index };
        }
        break;
      case 'end':
        this.end ??= { kind: 'done', backend: message.backend };
        break;
      case 'interrupted':
        clearInterval(this.repeat);
        break;
      case 'output':
        break;
    }
    this.options.onMessage(message);
  }

  private startClock(cell: number): void {
    const { cellTimeoutMs } = this.options;
    if (cellTimeoutMs <= LONGEST_TIMER_MS) {
      this.clock = setTimeout(() => {
        this.stop({ kind: 'timeout', cell });
      }, cellTimeoutMs);
    }
  }

  /** Asks the process to stop, then forces it to. */
  private stop(end: ProcessEnd): void {
    this.end ??= end;
    this.kill('SIGINT');
    this.repeat ??= setInterval(() => {
      this.kill('SIGINT');
    }, REPEAT_MS);
    this.grace ??= setTimeout(() => {
      this.kill('SIGKILL');
    }, GRACE_MS);
  }

  private kill(name: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) {
      return;
    }
    try {
      process.kill(name === 'SIGKILL' ? -pid : pid, name);
    } catch {
      // It has ended.
    }
  }
}

/** Runs cells in a process of their own, to their end or to whatever ends them. */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  return new NotebookProcess(options).wait();
}
