/** A process of a ring that does what rank 0 says. */
import { BackendError } from '../../errors.js';
import type { Connection } from '../connection.js';
import { DONE } from '../messages.js';
import { ORDER, PART, VERDICT, type Order, type SkippedImage } from './messages.js';
import type { RingPlace } from './place.js';

/** An answer that may take as long as it takes; the longest time of a clock, ms. */
const ANY_TIME = 2 ** 31 - 1;

/** Rank 0 is given so long to answer what it can answer at once, ms. */
const ANSWER_MS = 60_000;

/** Rank 0 is given so long to find out who is to blame for a failed step, ms. */
const VERDICT_MS = 20_000;

/** The ring as another process than rank 0 has it. */
export class RingFollower {
  /**
   * @param place - where programs of the ring are
   * @param connection - to rank 0
   * @param stopWatch - ends the watch over rank 0
   */
  constructor(
    readonly rank: number,
    readonly place: RingPlace,
    private readonly connection: Connection,
    private readonly stopWatch: () => void,
  ) {}

  /**
   * Says that this process is ready, and waits for what it is to do.
   *
   * @throws {@link BackendError} if rank 0 goes or does not answer
   */
  async nextOrder(): Promise<Order> {
    try {
      return await this.connection.ask({ kind: 'ready' }, ORDER, ANY_TIME);
    } catch (error) {
      const { name, reason } = this.connection;
      throw reason === undefined
        ? error
        : new BackendError(
            `ring: expected ${name} to go on, got: ${reason}. Start all ranks again and resume the run, or ` +
              'resume it in one process with the same number of replicas',
            { cause: error },
          );
    }
  }

  /**
   * What rank 0 shares by a name, once it does.
   *
   * @throws {@link BackendError} if rank 0 goes or fails
   */
  async take(name: string): Promise<Uint8Array> {
    const parts: Buffer[] = [];
    for (let done = 0; ;) {
      const request = { kind: 'part', name, offset: done };
      const { bytes, total } = await this.connection.ask(request, PART, ANY_TIME);
      const part = Buffer.from(bytes, 'base64');
      parts.push(part);
      done += part.length;
      if (done >= total || part.length === 0) {
        return new Uint8Array(Buffer.concat(parts));
      }
    }
  }

  /** Tells rank 0 that the run is to stop here. */
  stop(): void {
    this.connection.ask({ kind: 'stop' }, DONE, ANSWER_MS).catch(() => undefined);
  }

  /** Tells rank 0 of an image that could not be read. */
  tellSkipped(image: SkippedImage): void {
    this.connection.ask({ kind: 'skipped', image }, DONE, ANSWER_MS).catch(() => undefined);
  }

  /**
   * Tells rank 0 of an error.
   *
   * @returns what this process fails with: the error itself, or if a step failed, for which another process
   *   may be to blame, what rank 0 found out
   */
  async failWith(error: unknown): Promise<unknown> {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const inStep = reason.startsWith('Session fail to run');
    const telling = { kind: 'fail', reason, inStep };
    const verdict = await this.connection.ask(telling, VERDICT, VERDICT_MS).then(
      (answer) => answer.reason,
      (failure: unknown) => (failure as Error).message,
    );
    return inStep
      ? new BackendError(`ring: ${verdict} (here: ${reason})`, { cause: error })
      : error;
  }

  /** Leaves the ring. */
  close(): void {
    this.stopWatch();
    this.connection.close();
  }
}
