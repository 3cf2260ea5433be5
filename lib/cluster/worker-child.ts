/** A worker's hold on the process in which it computes. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../errors.js';
import { duration } from '../duration.js';
import type { Member } from './member.js';
import type { ServeRequest } from './messages.js';
import type { ProcessReply, ProcessRequest } from './worker-process.js';

/** How often it is looked at in the time after which its silence is its end. */
const LOOKS = 10;

/** What a process is, once it has TensorFlow. */
export interface Ready {
  readonly member: Member;
  readonly device: string;
}

/** The process in which a worker computes. */
export class WorkerChild {
  private readonly child: ChildProcess;
  private settleServing: ((failure: string | undefined) => void) | undefined;
  private clock: NodeJS.Timeout | undefined;
  /** Looks since the last answer. */
  private silentLooks = 0;
  private silence: string | undefined;

  /** What it is; rejected if it ends before it is ready. */
  readonly ready: Promise<Ready>;

  /** Why it ended. */
  readonly ended: Promise<string>;

  /** @param patienceSeconds - it is given up when it does not answer for so long */
  constructor(private readonly patienceSeconds: number) {
    this.child = fork(fileURLToPath(new URL('./worker-process.js', import.meta.url)), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const end = () => {
      this.kill(); // also one that was stopped, which would not see that the worker is gone
    };
    process.once('exit', end);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => {
        resolve(error.message);
      });
      this.child.once('exit', (code, signal) => {
        clearInterval(this.clock);
        process.off('exit', end);
        resolve(
          this.silence ??
            `its TensorFlow process ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`,
        );
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.child.on('message', (reply: ProcessReply) => {
        this.silentLooks = 0;
        if (reply.kind === 'ready') {
          this.watch();
          resolve(reply);
        } else if (reply.kind === 'failed') {
          reject(new BackendError(reply.reason));
          this.settleServing?.(reply.reason);
        } else if (reply.kind === 'serving') {
          this.settleServing?.(undefined);
        }
      });
      void this.ended.then((reason) => {
        reject(new BackendError(reason));
        this.settleServing?.(reason);
      });
    });
    this.ready.catch(() => undefined); // whoever asks for it learns of it
  }

  /** Starts TensorFlow's server; throws if that fails. */
  async serve(request: ServeRequest): Promise<void> {
    const failure = await new Promise<string | undefined>((resolve) => {
      this.settleServing = resolve;
      this.send(request);
    });
    if (failure !== undefined) {
      throw new BackendError(failure);
    }
  }

  /** Ends it. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private send(request: ProcessRequest): void {
    this.child.send(request, () => undefined); // an end of the process is seen by itself
  }

  /**
   * Ends it when it is silent for too long: its connections then break, which the chief sees at once. Each
   * look counts by itself, so that a worker that was stopped does not take its own absence for silence.
   */
  private watch(): void {
    this.clock = setInterval(
      () => {
        this.silentLooks++;
        if (this.silentLooks > LOOKS) {
          this.silence = `its TensorFlow process gave no answer for ${duration(this.patienceSeconds)}`;
          this.kill();
        }
        this.send({ kind: 'look' });
      },
      (1000 * this.patienceSeconds) / LOOKS,
    );
  }
}
