/** A process of Node that answers to messages. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Order, Report } from './messages.js';
import type { Inside } from './sample.js';
import type { Subject } from './subject.js';

/** How long a process may take to answer; a step on a busy machine can take seconds. */
const ANSWER_MS = 30_000;

/** How long a process may take to save its state and end. */
const STOP_MS = 60_000;

/** Starts a program with a job as its only argument. */
export class ChildSubject implements Subject {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private waiting: ((inside: Inside | undefined) => void) | undefined;
  private reason: string | undefined;
  private isStopping = false;

  constructor(program: string, job: Job) {
    this.child = fork(program, [JSON.stringify(job)], {
      execArgv: [],
      // Ctrl-C is for the program, which says when to stop; the system gives each session its share.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.pid = this.child.pid ?? 0;
    this.child.on('message', (report: Report) => {
      this.take(report);
    });
    this.ended = new Promise((resolve) => {
      const end = (text: string) => {
        this.reason ??= this.isStopping ? undefined : text;
        this.answer(undefined);
        resolve();
      };
      this.child.once('error', (error) => {
        end(error.message);
      });
      this.child.once('exit', (code, signal) => {
        end(`the process ended (${signal ?? `code ${code}`})`);
      });
    });
  }

  get failure(): string | undefined {
    return this.reason;
  }

  async inside(): Promise<Inside | undefined> {
    if (!this.child.connected) {
      return undefined;
    }
    const answer = new Promise<Inside | undefined>((resolve) => {
      this.waiting = resolve;
    });
    this.order('sample');
    const timer = setTimeout(() => {
      this.answer(undefined);
    }, ANSWER_MS);
    const inside = await answer;
    clearTimeout(timer);
    return inside;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.child.connected) {
      this.order('stop');
    }
    const timer = new AbortController();
    const late = sleep(STOP_MS, undefined, { signal: timer.signal }).then(
      () => this.child.kill('SIGKILL'),
      () => undefined,
    );
    await this.ended;
    timer.abort();
    await late;
  }

  private order(order: Order): void {
    this.child.send(order, () => undefined); // it has ended: `ended` says so
  }

  private take(report: Report): void {
    if (report.kind === 'failed') {
      this.reason = report.reason;
    } else {
      this.answer(report.inside ?? undefined);
    }
  }

  private answer(inside: Inside | undefined): void {
    this.waiting?.(inside);
    this.waiting = undefined;
  }
}
