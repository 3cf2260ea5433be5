/** A process that is watched. */
import type { Inside } from './sample.js';

/** A process that works until it is stopped. */
export interface Subject {
  readonly pid: number;
  /** Why it ended by itself; undefined while it works. */
  readonly failure: string | undefined;
  /** What it says of itself; undefined if it has said nothing new. */
  inside(): Promise<Inside | undefined>;
  /** Ends it and waits for its end. */
  stop(): Promise<void>;
}
