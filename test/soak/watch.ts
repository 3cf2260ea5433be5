/** Watches one process for a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readOutside } from './outside.js';
import type { Sample } from './sample.js';
import type { Subject } from './subject.js';

/** How to watch. */
export interface WatchOptions {
  /** How long, in seconds. */
  readonly seconds: number;
  /** Between two samples, in milliseconds. */
  readonly everyMs: number;
  /** Ends the watching early. */
  readonly signal: AbortSignal;
  readonly onSample: (sample: Sample) => void;
}

/** What was seen. */
export interface Watched {
  readonly samples: readonly Sample[];
  /** How long it was watched. */
  readonly seconds: number;
  /** Why the process ended by itself; undefined if it did not. */
  readonly failure: string | undefined;
}

/** Samples a process until the time is over, the signal, or its own end; then ends it. */
export async function watch(
  subject: Subject,
  { seconds, everyMs, signal, onSample }: WatchOptions,
): Promise<Watched> {
  const samples: Sample[] = [];
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  while (elapsed() < seconds && !signal.aborted && subject.failure === undefined) {
    const [outside, inside] = await Promise.all([readOutside(subject.pid), subject.inside()]);
    const sample = { seconds: elapsed(), ...outside, ...inside };
    samples.push(sample);
    onSample(sample);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  const watched = elapsed();
  await subject.stop();
  return { samples, seconds: watched, failure: subject.failure };
}
