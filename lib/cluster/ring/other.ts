/** Another process of a ring, as rank 0 sees it. */
import { BackendError } from '../../errors.js';
import type { Connection } from '../connection.js';
import { DONE } from '../messages.js';
import type { Order } from './messages.js';

/** After a failure, a process is given so long to say that it is there, ms. */
const STATE_MS = 5000;

/** A process that obeys rank 0. */
export class OtherProcess {
  private giveOrder: ((order: Order) => void) | undefined;
  private waiting: { resolve(): void; reject(error: Error): void } | undefined;
  private failure: string | undefined;
  private failedInStep = false;

  /** @param address - as the user named it */
  constructor(
    readonly rank: number,
    readonly address: string,
    readonly connection: Connection,
  ) {
    void connection.ended.then(() => {
      this.waiting?.reject(this.lost());
    });
  }

  /** In words. */
  get name(): string {
    return `rank ${this.rank} (${this.address})`;
  }

  /** Why it cannot go on; undefined if it can. */
  get problem(): string | undefined {
    const { failure, connection } = this;
    return failure ?? connection.reason;
  }

  /** It is ready; gives what it is to do. */
  nextOrder(): Promise<Order> {
    return new Promise((resolve) => {
      this.giveOrder = resolve;
      this.waiting?.resolve();
    });
  }

  /** Whether it waits for an order. */
  get isReady(): boolean {
    return this.giveOrder !== undefined;
  }

  /**
   * It said why it cannot go on.
   *
   * @param inStep - whether a step failed, for which another process may be to blame
   */
  fail(reason: string, inStep: boolean): void {
    this.failedInStep = this.failure === undefined && inStep;
    this.failure ??= reason;
    this.waiting?.reject(this.lost());
  }

  /**
   * Waits until it is ready.
   *
   * @throws {@link BackendError} if it fails or goes
   */
  async untilReady(): Promise<void> {
    if (this.problem !== undefined) {
      throw this.lost();
    }
    if (!this.isReady) {
      await new Promise<void>((resolve, reject) => {
        this.waiting = { resolve, reject };
      }).finally(() => {
        this.waiting = undefined;
      });
    }
  }

  /** Gives an order to it, if it waits for one. */
  order(order: Order): void {
    const give = this.giveOrder;
    this.giveOrder = undefined;
    give?.(order);
  }

  /** What is wrong with it after a step that failed here, too; undefined if it answers. */
  async fault(): Promise<string | undefined> {
    if (this.failure !== undefined && !this.failedInStep) {
      return this.lostText();
    }
    try {
      await this.connection.ask({ kind: 'here' }, DONE, STATE_MS);
      return undefined;
    } catch {
      return this.lostText(this.connection.reason ?? `no answer for ${STATE_MS / 1000} s`);
    }
  }

  private lostText(got = this.problem): string {
    return `expected ${this.name} to go on, got: ${got}`;
  }

  private lost(): BackendError {
    return new BackendError(
      `ring: ${this.lostText()}. Start all ranks again and resume the run, or resume it in one process ` +
        'with the same number of replicas',
    );
  }
}
