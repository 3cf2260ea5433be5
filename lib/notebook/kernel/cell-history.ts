/** What is kept of executed cells, so that errors of functions that they declared show their lines. */
import type { CellCode } from './error-report.js';

/** Of older cells the lines of errors are not known any more. */
const MOST_CELLS = 1000;

/** The code of the last cells. */
export class CellHistory {
  /** The oldest comes first. */
  private readonly cells = new Map<number, CellCode>();

  /** The code of a cell by its number; undefined if it was not executed or too many were since. */
  readonly find = (count: number): CellCode | undefined => this.cells.get(count);

  /** Keeps the code of a cell that was compiled, and nothing else of it. */
  keep({ count, source, output }: CellCode & { readonly count: number }): void {
    if (output === undefined) {
      return;
    }
    this.cells.delete(count);
    this.cells.set(count, { source, output });
    if (this.cells.size > MOST_CELLS) {
      const [oldest] = this.cells.keys();
      this.cells.delete(oldest);
    }
  }
}
