/** Questions and answers over a socket. */
import type { Socket } from 'node:net';
import type { z } from 'zod';
import { duration } from '../duration.js';
import { BackendError } from '../errors.js';
import { LINE, type Line } from './messages.js';

/** The longest line, in characters; ours are shorter, another program's may not be. */
const LONGEST = 65_536;

/** The system asks a silent other side whether it is there after so long, ms. */
const KEEP_ALIVE_MS = 30_000;

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One end of a socket on which both sides may ask. */
export class Connection {
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private text = '';
  private endReason: string | undefined;
  private lastNotice: string | undefined;

  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;

  /**
   * @param name - the other side, for errors
   * @param answer - answers its questions; what it throws is told to it
   */
  constructor(
    private readonly socket: Socket,
    readonly name: string,
    private readonly answer: (request: unknown) => Promise<object>,
  ) {
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (text: string) => {
      this.read(text);
    });
    socket.on('error', (error) => {
      this.end(error.message);
    });
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        this.end('it closed the connection');
        resolve();
      });
    });
  }

  /** Why it is over; undefined while it is not. */
  get reason(): string | undefined {
    return this.endReason;
  }

  /** The last thing that the other side told without being asked. */
  get notice(): string | undefined {
    return this.lastNotice;
  }

  /** Where the other side reaches this one. */
  get localHost(): string {
    return (this.socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  }

  /**
   * Asks, and reads the answer.
   *
   * @throws {@link BackendError} if there is none in time, it is a refusal, or not one that was expected
   */
  async ask<Answer>(request: object, form: z.ZodType<Answer>, ms: number): Promise<Answer> {
    const answer = await this.answerTo(request, ms);
    const read = form.safeParse(answer);
    if (!read.success) {
      throw new BackendError(
        `${this.name}: expected an answer of this version of autodeeplab, got ` +
          `${JSON.stringify(answer).slice(0, 80)}; install the same version there`,
      );
    }
    return read.data;
  }

  /** Tells the other side something. */
  tell(notice: string): void {
    this.write({ notice });
  }

  /** Ends the connection to a side that does not answer. */
  giveUp(reason: string): void {
    this.end(reason);
    this.socket.destroy();
  }

  /** Ends the connection once everything is sent. */
  close(): void {
    this.end('this side closed the connection');
    this.socket.end();
    this.socket.unref();
  }

  private answerTo(request: object, ms: number): Promise<unknown> {
    if (this.endReason !== undefined) {
      return Promise.reject(new BackendError(`${this.name}: ${this.endReason}`));
    }
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        settle(() => {
          reject(new BackendError(`${this.name}: no answer for ${duration(ms / 1000)}`));
        });
      }, ms);
      const settle = (act: () => void) => {
        clearTimeout(clock);
        this.pending.delete(id);
        act();
      };
      this.pending.set(id, {
        resolve: (answer) => {
          settle(() => {
            resolve(answer);
          });
        },
        reject: (error) => {
          settle(() => {
            reject(error);
          });
        },
      });
      this.write({ id, ask: request });
    });
  }

  private write(line: Line): void {
    if (!this.socket.destroyed) {
      this.socket.write(`${JSON.stringify(line)}\n`);
    }
  }

  private end(reason: string): void {
    this.endReason ??= reason;
    for (const { reject } of [...this.pending.values()]) {
      reject(new BackendError(`${this.name}: ${this.endReason}`));
    }
  }

  private read(text: string): void {
    const lines = (this.text + text).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) {
      this.readLine(line);
    }
    if (this.text.length > LONGEST) {
      this.fail();
    }
  }

  /** What speaks otherwise is not a program of ours. */
  private fail(): void {
    this.giveUp('it is not a worker or a chief of autodeeplab');
  }

  private readLine(text: string): void {
    let line: Line;
    try {
      line = LINE.parse(JSON.parse(text));
    } catch {
      this.fail();
      return;
    }
    if ('notice' in line) {
      this.lastNotice = line.notice;
    } else if ('ask' in line) {
      void this.reply(line.id, line.ask);
    } else if ('refusal' in line) {
      this.pending.get(line.id)?.reject(new BackendError(`${this.name}: ${line.refusal}`));
    } else {
      this.pending.get(line.id)?.resolve(line.answer);
    }
  }

  private async reply(id: number, request: unknown): Promise<void> {
    try {
      this.write({ id, answer: await this.answer(request) });
    } catch (error) {
      this.write({ id, refusal: error instanceof Error ? error.message : String(error) });
    }
  }
}
