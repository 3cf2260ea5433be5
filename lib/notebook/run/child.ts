/**
 * The process that runs the cells of one notebook, in the notebook's folder: it reads its job from
 * standard input and reports on file descriptor 3.
 */
import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Engine } from '../kernel/engine.js';
import { OutputBuffer } from '../kernel/output-buffer.js';
import {
  MESSAGES,
  type CellJob,
  type ChildMessage,
  type NotebookJob,
  type OutputEvent,
} from './messages.js';

/** Reports immediately, so that nothing is lost when the process ends, for whatever reason. */
function tell(message: ChildMessage): void {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(MESSAGES, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
        process.exit(1); // the parent is gone
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** A cell with the output that is still to be reported. */
class RunningCell {
  hasFailed = false;
  readonly output: OutputBuffer;

  constructor(readonly job: CellJob) {
    const { index } = job;
    const send = (event: OutputEvent) => {
      tell({ kind: 'output', index, event });
    };
    this.output = new OutputBuffer({
      stream: (name, text) => {
        send({ kind: 'stream', name, text });
      },
      display: (content, isUpdate) => {
        send({ kind: isUpdate ? 'update' : 'display', content });
      },
      error: (error) => {
        this.hasFailed = true;
        send({ kind: 'error', error });
      },
    });
  }

  get isOk(): boolean {
    return this.job.mayFail || !this.hasFailed;
  }

  /** Reports that it ended, or, again, that it failed after its end. */
  end(): void {
    this.output.flush();
    tell({ kind: 'cell-end', index: this.job.index, isOk: this.isOk });
  }
}

/** The backend in use, if the notebook has started one. */
function backendInUse(): string | undefined {
  const { _tfengine: engine } = globalThis as { _tfengine?: { backendName?: string } };
  const name = engine?.backendName;
  // `trace` only follows shapes (lib/runtime/trace-backend.ts, not loaded here for its name alone).
  return name === 'trace' ? undefined : name;
}

/** Runs cells up to the first that fails. */
async function runCells(jobs: readonly CellJob[]): Promise<void> {
  const engine = new Engine();
  const cells: RunningCell[] = [];
  let isInterrupted = false;
  process.on('SIGINT', () => {
    if (isInterrupted) {
      return;
    } // the parent repeats the signal until this is reported
    isInterrupted = true;
    tell({ kind: 'interrupted' });
    engine.interrupt();
  });
  process.on('exit', () => {
    cells.forEach(({ output }) => {
      output.flush();
    });
  });
  for (const job of jobs) {
    const cell = new RunningCell(job);
    cells.push(cell);
    tell({ kind: 'cell', index: job.index });
    await engine.execute(job.source, cell.output);
    cell.end();
    if (!cell.isOk || isInterrupted) {
      return;
    }
  }
  await sleep(0); // for errors that nobody caught
  cells
    .filter(({ isOk }) => !isOk)
    .forEach((cell) => {
      cell.end();
    });
}

const { parent, cells } = JSON.parse(readFileSync(0, 'utf8')) as NotebookJob;
new Worker(new URL('./parent-watch.js', import.meta.url), { workerData: parent }).unref();
await runCells(cells);
tell({ kind: 'end', backend: backendInUse() });
process.exit(0); // whatever a cell has left running
