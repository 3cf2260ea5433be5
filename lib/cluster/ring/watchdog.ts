/**
 * Watches whether other processes of a ring live while this one computes.
 *
 * A step blocks this thread. TensorFlow notices the death of a process from which it waits for numbers, but not
 * of one that has yet to take its numbers: then it waits until the time of a step is over. A thread of its own
 * therefore tries their servers, and ends this process if one is gone and the step does not end.
 */
import { Worker } from 'node:worker_threads';
import type { Address } from '../address.js';

/** Another process, and where its server is. */
export interface Watched {
  /** In words. */
  readonly name: string;
  readonly server: Address;
}

/** How patient the watch is. */
export interface Patience {
  /** Pause between two tries of a server, ms; it is gone after two in a row that fail. */
  readonly pauseMs: number;
  /** This thread may be blocked for so long when one is gone, ms. */
  readonly graceMs: number;
}

/** What the thread is given. */
export interface WatchdogData extends Patience {
  readonly others: readonly Watched[];
  /** One number that this thread counts up while it is not blocked. */
  readonly beats: SharedArrayBuffer;
}

/** A death is noticed within about half a minute. */
const PATIENCE: Patience = { pauseMs: 5000, graceMs: 15_000 };

/** How often a thread that is not blocked says so, within its grace. */
const BEATS = 5;

/**
 * Begins to watch.
 *
 * @returns ends the watch
 */
export function watchOthers(others: readonly Watched[], patience = PATIENCE): () => void {
  const beats = new SharedArrayBuffer(4);
  const count = new Int32Array(beats);
  const data: WatchdogData = { others, beats, ...patience };
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), { workerData: data });
  thread.unref();
  const clock = setInterval(() => {
    Atomics.add(count, 0, 1);
  }, patience.graceMs / BEATS);
  clock.unref();
  return () => {
    clearInterval(clock);
    void thread.terminate();
  };
}
