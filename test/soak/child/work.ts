/** What a process does until it is told to stop. */
import type { Job } from '../messages.js';

/** How a work is watched and stopped. */
export interface WorkControl {
  readonly signal: AbortSignal;
  /** Called after each round. */
  readonly onRound: () => void;
}

/** Works until the signal; returns or throws the signal's reason then. */
export type Work = (job: Job, control: WorkControl) => Promise<void>;
