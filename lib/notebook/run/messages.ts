/** Messages between the process that runs a notebook and its parent: one JSON value per line. */
import type { CellError, DisplayData, StreamName } from '../kernel/cell-output.js';

/** A cell to run. */
export interface CellJob {
  /** Its place among all cells of the notebook. */
  readonly index: number;
  readonly source: string;
  /** True to continue if it fails: it is there to show an error. */
  readonly mayFail: boolean;
}

/** What the process reads from its standard input. */
export interface NotebookJob {
  /** The number of the process that started it: when that ends, it ends too. */
  readonly parent: number;
  readonly cells: readonly CellJob[];
}

/** An output of a cell. */
export type OutputEvent =
  | { readonly kind: 'stream'; readonly name: StreamName; readonly text: string }
  | { readonly kind: 'display' | 'update'; readonly content: DisplayData }
  | { readonly kind: 'error'; readonly error: CellError };

/** What the process reports on file descriptor 3. */
export type ChildMessage =
  | { readonly kind: 'cell'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number; readonly event: OutputEvent }
  | { readonly kind: 'cell-end'; readonly index: number; readonly isOk: boolean }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'end'; readonly backend: string | undefined };

/** The file descriptor that messages go to. */
export const MESSAGES = 3;
