/** Messages between the program and the processes that do the work. */
import type { Inside } from './sample.js';

/** What a process works at. */
export type WorkName = 'search' | 'evaluate' | 'kernel';

/** All works, in the order in which they are reported. */
export const WORKS: readonly WorkName[] = ['search', 'evaluate', 'kernel'];

/** Where it computes. */
export type BackendName = 'tensorflow' | 'wasm';

/** All backends. */
export const BACKENDS: readonly BackendName[] = ['tensorflow', 'wasm'];

/** What a process is started with. */
export interface Job {
  readonly work: WorkName;
  readonly backend: BackendName;
  /** A folder of its own. */
  readonly folder: string;
  readonly seed: number;
  /** Whether to collect garbage before each answer. */
  readonly collect: boolean;
}

/** What a process is told. */
export type Order = 'sample' | 'stop';

/** What a process tells. */
export type Report =
  /** null: it has no backend yet. */
  | { readonly kind: 'sample'; readonly inside: Inside | null }
  | { readonly kind: 'failed'; readonly reason: string };
