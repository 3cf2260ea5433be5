/** What the process that runs a notebook and its parent tell each other: one JSON value a line. */
import type { CellError, DisplayData, StreamName } from '../kernel/cell-output.js';

/** A cell to run. */
export interface CellJob {
  /** Its place among all cells of the notebook. */
  readonly index: number;
  readonly source: string;
  /** Go on if it fails: it is there to show an error. */
  readonly mayFail: boolean;
}

/** What the process gets on its standard input. */
export interface NotebookJob {
  readonly cells: readonly CellJob[];
}

/** Something that a cell put out. */
export type OutputEvent =
  | { readonly kind: 'stream'; readonly name: StreamName; readonly text: string }
  | { readonly kind: 'display' | 'update'; readonly content: DisplayData }
  | { readonly kind: 'error'; readonly error: CellError };

/** What the process tells, on file descriptor 3. */
export type ChildMessage =
  | { readonly kind: 'cell'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number; readonly event: OutputEvent }
  | { readonly kind: 'cell-end'; readonly index: number; readonly isOk: boolean }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'end'; readonly backend: string | undefined };

/** The file descriptor that messages go to. */
export const MESSAGES = 3;
