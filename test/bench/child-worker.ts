/** A worker that is a child process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StepWorker } from './interleave.js';
import type { MemoryGuard } from './memory-guard.js';
import {
  parseMessage,
  type Job,
  type Message,
  type ProfiledMessage,
  type ReadyMessage,
  type StepMessage,
  type TunedMessage,
} from './messages.js';

/** How to start a child: the program, and its arguments before the job. */
export interface ChildCommand {
  readonly program: string;
  readonly parameters: readonly string[];
}

/** So many characters of what a child writes to standard error are kept. */
const KEPT_ERRORS = 2000;

/** Runs one job in a process of its own. */
export class ChildWorker implements StepWorker {
  private child: ChildProcess | undefined;
  private errors = '';
  private limitReason: string | undefined;
  private readonly received: Message[] = [];
  private waiting:
    | { resolve: (message: Message) => void; reject: (error: Error) => void }
    | undefined;
  private end: Error | undefined;

  constructor(
    private readonly command: ChildCommand,
    private readonly job: Job,
    private readonly guard: MemoryGuard,
  ) {}

  async start(): Promise<ReadyMessage> {
    this.spawn();
    return this.expect('ready');
  }

  async step(): Promise<StepMessage> {
    this.child?.stdin?.write('step\n');
    return this.expect('step');
  }

  /** Runs a job that only tries settings. */
  async tune(): Promise<TunedMessage> {
    this.spawn();
    return this.expect('tuned');
  }

  /** Runs a job that only profiles. */
  async profile(): Promise<ProfiledMessage> {
    this.spawn();
    return this.expect('profiled');
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => {
        child.once('close', () => {
          resolve();
        });
      });
      // A child that waits sees its input end; one that works does not look.
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await ended;
      clearTimeout(timer);
    }
  }

  private spawn(): void {
    const { program, parameters } = this.command;
    const child = spawn(program, [...parameters, JSON.stringify(this.job)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    this.guard.watch(child, (reason) => {
      this.limitReason = reason;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parseMessage(line);
      if (message) {
        this.deliver(message);
      }
    });
    child.stderr.on('data', (data: Buffer) => {
      this.errors = (this.errors + data.toString()).slice(-KEPT_ERRORS);
    });
    child.stdin.on('error', () => undefined); // the child is gone: 'close' tells why
    child.on('error', (error) => {
      this.fail(error);
    });
    child.on('close', (code, signal) => {
      this.fail(new Error(this.limitReason ?? this.describeEnd(code, signal)));
    });
  }

  private describeEnd(code: number | null, signal: string | null): string {
    const lastLine = this.errors.trim().split('\n').pop() ?? '';
    if (signal === 'SIGKILL') {
      return 'ended by SIGKILL: probably out of memory';
    }
    return `ended with ${signal ?? `code ${code}`}${lastLine === '' ? '' : `: ${lastLine}`}`;
  }

  private deliver(message: Message): void {
    if (this.waiting) {
      this.waiting.resolve(message);
      this.waiting = undefined;
    } else {
      this.received.push(message);
    }
  }

  private fail(error: Error): void {
    this.end ??= error;
    this.waiting?.reject(this.end);
    this.waiting = undefined;
  }

  private async next(): Promise<Message> {
    const message = this.received.shift();
    if (message) {
      return message;
    }
    if (this.end) {
      throw this.end;
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private async expect<E extends Message['event']>(
    event: E,
  ): Promise<Extract<Message, { event: E }>> {
    const message = await this.next();
    if (message.event === 'error') {
      throw new Error(message.message);
    }
    if (message.event !== event) {
      throw new Error(`expected a message ${event} of the child, got ${message.event}`);
    }
    return message as Extract<Message, { event: E }>;
  }
}
