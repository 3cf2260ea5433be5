/** Calls of a session that change its state, counted. */
import * as tf from '@tensorflow/tfjs-core';
import { numberOfCall, type ChangeMark } from './change-mark.js';
import type { Feeds, GraphSession } from './session.js';

/** Calls that know their numbers; of one that failed it is found out whether it has changed the state. */
export class NumberedCalls {
  private calls = 0;
  /** How many calls have changed the state, or may have. */
  changes = 0;

  /** @param mark - absent: a call that failed may have changed the state */
  constructor(
    private readonly session: GraphSession,
    private readonly mark: ChangeMark | undefined,
  ) {
    if (mark !== undefined) {
      const none = tf.scalar(numberOfCall(0));
      tf.dispose([none, session.run([[mark.call, none]], [mark.set])]);
    }
  }

  /** What a call fetches. */
  run(feeds: Feeds, fetches: readonly string[]): tf.Tensor[] {
    const call = this.begin(feeds);
    try {
      return this.session.run(call.feeds, fetches);
    } catch (error) {
      this.failed();
      throw error;
    } finally {
      tf.dispose(call.own);
    }
  }

  /** The same, while other code of this process runs. */
  async runAsync(feeds: Feeds, fetches: readonly string[]): Promise<tf.Tensor[]> {
    const call = this.begin(feeds);
    try {
      return await this.session.runAsync(call.feeds, fetches);
    } catch (error) {
      this.failed();
      throw error;
    } finally {
      tf.dispose(call.own);
    }
  }

  private begin(feeds: Feeds): { readonly feeds: Feeds; readonly own: tf.Tensor[] } {
    this.changes++;
    if (this.mark === undefined) {
      return { feeds, own: [] };
    }
    const number = tf.scalar(numberOfCall(++this.calls));
    return { feeds: [...feeds, [this.mark.call, number]], own: [number] };
  }

  private failed(): void {
    if (!this.hasBegun()) {
      this.changes--;
    }
  }

  /** Whether the last call has begun to change the state; true if that cannot be known. */
  private hasBegun(): boolean {
    if (this.mark === undefined) {
      return true;
    }
    try {
      const [value] = this.session.run([], [this.mark.value]);
      const [begun] = value.dataSync();
      value.dispose();
      return begun === numberOfCall(this.calls);
    } catch {
      return true;
    }
  }
}
