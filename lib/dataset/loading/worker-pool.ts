/** Threads that make batches. */
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import 'sharp'; // its native library must be loaded in the main thread before any worker loads it
import { duration } from '../../duration.js';
import { BackendError, DataError } from '../../errors.js';
import { makeBatch, type BatchResult, type BatchTask } from './batch.js';
import { unpackError, type WorkerReply, type WorkerRequest } from './worker-messages.js';

/** Makes batches, in whatever thread. */
export interface BatchMaker {
  make(task: BatchTask): Promise<BatchResult>;
  /** Ends the threads; batches that are under way are rejected. */
  close(): Promise<void>;
}

/** Makes batches in the calling thread. */
export const inThisThread: BatchMaker = { make: makeBatch, close: () => Promise.resolve() };

/** A thread that owes batches is given up when none comes for so long: five minutes. */
const PATIENCE_MS = 300_000;

/**
 * How often one is looked at in that time. Each look counts for its part of it at most, so that a
 * process that was stopped, or whose main thread was busy, does not take its own absence for silence.
 */
const LOOKS = 60;

/** The end of a thread is waited for so long, in ms: one that a disk keeps may never end. */
const END_MS = 2000;

interface Pending {
  readonly task: BatchTask;
  readonly resolve: (result: BatchResult) => void;
  readonly reject: (error: Error) => void;
}

/** One thread with the batches it owes. */
class BatchWorker {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private failure: DataError | undefined;
  private nextId = 0;
  private clock: NodeJS.Timeout | undefined;
  /** Looks since the last answer. */
  private silentLooks = 0;

  constructor(
    script: URL,
    private readonly patienceMs: number,
  ) {
    this.worker = new Worker(script);
    this.worker.unref(); // an idle thread does not keep the process alive
    this.worker.on('message', (reply: WorkerReply) => {
      this.settle(reply);
    });
    this.worker.on('error', (error) => {
      this.fail(`it stopped with ${error.name}: ${error.message}`, error);
    });
    this.worker.on('messageerror', (error) => {
      this.fail(`its answer was unreadable: ${error.message}`, error);
    });
    this.worker.on('exit', (code) => {
      this.fail(`it ended with code ${code}`);
    });
  }

  make(task: BatchTask): Promise<BatchResult> {
    if (this.failure !== undefined) {
      return Promise.reject(this.failure);
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { task, resolve, reject });
      this.worker.ref();
      this.clock ??= setInterval(() => {
        this.look();
      }, this.patienceMs / LOOKS).unref();
      this.worker.postMessage({ id, task } satisfies WorkerRequest);
    });
  }

  async close(): Promise<void> {
    this.fail('the loader was closed');
    const ended = new AbortController();
    await Promise.race([
      this.worker.terminate(),
      setTimeout(END_MS, undefined, { signal: ended.signal, ref: false }).catch(() => undefined),
    ]);
    ended.abort();
  }

  private look(): void {
    this.silentLooks++;
    if (this.silentLooks <= LOOKS) {
      return;
    }
    const [{ task }] = this.pending.values();
    const files = task.entries.map(({ sample }) => sample.imageFile);
    const [file] = files;
    const others = files.length > 1 ? ` and ${files.length - 1} more` : '';
    this.fail(
      `it gave no answer for ${duration(this.patienceMs / 1000)} while it read ${file}${others}`,
      undefined,
      file,
    );
    void this.worker.terminate();
  }

  private stopClock(): void {
    clearInterval(this.clock);
    this.clock = undefined;
  }

  private settle(reply: WorkerReply): void {
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    this.silentLooks = 0;
    if (this.pending.size === 0) {
      this.stopClock();
    }
    if (this.pending.size === 0 && this.failure === undefined) {
      this.worker.unref(); // while it closes, a script may await its end as its last line
    }
    if ('result' in reply) {
      pending?.resolve(reply.result);
    } else {
      pending?.reject(unpackError(reply.error));
    }
  }

  /** Only the first failure counts: an error is followed by an exit. */
  private fail(got: string, cause?: Error, file?: string): void {
    this.stopClock();
    this.failure ??= new DataError(
      `loader: expected its worker thread to make batches, got none: ${got}; start again, with ` +
        '{ workers: 0 } to see the cause in the main thread',
      file,
      { cause },
    );
    for (const { reject } of this.pending.values()) {
      reject(this.failure);
    }
    this.pending.clear();
  }
}

/**
 * Threads that take turns making batches. They start at the first batch and do not keep the
 * process alive while they are idle. A thread that gives no answer for five minutes is given up, and
 * its batches fail.
 */
export class WorkerPool implements BatchMaker {
  private readonly workers: BatchWorker[] = [];
  private turn = 0;
  private isClosed = false;

  /**
   * @param count - how many threads, at least 1
   * @param script - what the threads run; default: the worker script of this library
   * @param patienceMs - how long an answer is waited for; default five minutes
   */
  constructor(
    private readonly count: number,
    private readonly script: URL = workerScript(),
    private readonly patienceMs: number = PATIENCE_MS,
  ) {}

  /**
   * Gives the task to the next thread at once: while a training step blocks the main thread, the
   * workers have their tasks already.
   */
  async make(task: BatchTask): Promise<BatchResult> {
    if (this.isClosed) {
      throw new DataError('loader: expected an open loader, got a closed one; create a new one');
    }
    const turn = this.turn++ % this.count;
    this.workers[turn] ??= new BatchWorker(this.script, this.patienceMs);
    return this.workers[turn].make(task);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.workers.map((worker) => worker.close()));
  }
}

/**
 * The compiled worker script. Node cannot run TypeScript in a thread, so if this file itself runs
 * from its source (under Vitest), the script comes from `dist`, which `npm test` builds first.
 */
function workerScript(): URL {
  if (!import.meta.url.endsWith('.ts')) {
    return new URL('./worker.js', import.meta.url);
  }
  const script = new URL('../../../dist/dataset/loading/worker.js', import.meta.url);
  if (!existsSync(script)) {
    throw new BackendError(
      `loader: expected the compiled worker ${fileURLToPath(script)}, got no such file; ` +
        'run `npm run build`, or use { workers: 0 }',
    );
  }
  return script;
}
