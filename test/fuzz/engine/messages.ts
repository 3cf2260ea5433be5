/** Between the process that reads cases and the one that watches it. */
import type { Outcome } from './cases.js';

/** What a process is to do. */
export interface ChildJob {
  /** The number of the process that watches. */
  readonly parent: number;
  /** The module that exports the format, as a URL. */
  readonly module: string;
  readonly format: string;
  readonly seed: number;
  /** Cases from … to before … */
  readonly from: number;
  readonly to: number;
  /** Cases that are known to end the process. */
  readonly skip: readonly number[];
  /** The folder that it may write into. */
  readonly place: string;
  /** The file that it writes the number of each case into, before it is read. */
  readonly state: string;
  /** Reads on after a case that took more memory than the limit. */
  readonly isAlone: boolean;
}

/** What became of some cases. */
export interface Tally {
  readonly accepted: number;
  /** By the name of the error. */
  readonly refused: Readonly<Record<string, number>>;
  /** The slowest case. */
  readonly slowest: { readonly case: number; readonly ms: number };
  /** Computing time of all threads of the process, in s. */
  readonly computing: number;
  /** How much the process grew at its most since it had read the valid documents, in MiB. */
  readonly grewMiB: number;
}

/** The outcomes that are faults. */
export type Fault = Extract<Outcome, { readonly message: string }>;

/** What a process reports, one JSON value per line. */
export type ChildMessage =
  | { readonly kind: 'ready' }
  /**
   * All cases before `next` are done; the tally counts those since the last message of this kind. One
   * follows each fault, so that no fault is told twice.
   */
  | { readonly kind: 'progress'; readonly next: number; readonly tally: Tally }
  | { readonly kind: 'fault'; readonly case: number; readonly fault: Fault }
  /** A case after which the process had more memory than it may; it ends. */
  | { readonly kind: 'memory'; readonly case: number; readonly grewMiB: number }
  | { readonly kind: 'done' };

/** The file descriptor that messages go to: readers may print. */
export const MESSAGES = 3;

export const EMPTY_TALLY: Tally = {
  accepted: 0,
  refused: {},
  slowest: { case: 0, ms: 0 },
  computing: 0,
  grewMiB: 0,
};

/** Two tallies as one. */
export function addTallies(a: Tally, b: Tally): Tally {
  const refused: Record<string, number> = { ...a.refused };
  for (const [name, count] of Object.entries(b.refused)) {
    refused[name] = (refused[name] ?? 0) + count;
  }
  return {
    accepted: a.accepted + b.accepted,
    refused,
    slowest: a.slowest.ms >= b.slowest.ms ? a.slowest : b.slowest,
    computing: a.computing + b.computing,
    grewMiB: Math.max(a.grewMiB, b.grewMiB),
  };
}
