/** Interrupting cells: gently at first, then with force. */
import type { CellRun } from './cell-run.js';
import { KeyboardInterrupt } from './keyboard-interrupt.js';

/** How long code that watches its signal may take to end, for example to write a checkpoint. */
const GRACE_MS = 30_000;
/** After this time it is said that the code is still ending. */
const NOTICE_MS = 2000;

/** What interrupting needs from the engine. */
export interface Interruptible {
  /** The cell that runs now. */
  readonly current: () => CellRun | undefined;
  /** The cell that ran last. */
  readonly last: () => CellRun | undefined;
  /** The cell to which the code that runs now belongs. */
  readonly owner: () => CellRun | undefined;
  /** Ends the cell that runs, whatever its code does. */
  readonly stop: () => void;
  /** True if another thread has seen an interrupt that the event loop did not see yet. */
  readonly isWaiting: () => boolean;
}

/** Interrupts the cells of one engine. */
export class Interruption {
  private hasInterrupted = false;

  constructor(private readonly engine: Interruptible) {}

  /**
   * Interrupts the running cell, or what the last one left running.
   *
   * Its signal is aborted. Code that watches the signal may finish its step; a second interrupt, or
   * the end of {@link GRACE_MS}, ends the cell without it.
   */
  interrupt(): void {
    const run = this.engine.current() ?? this.engine.last();
    if (run === undefined) {
      return;
    }
    const isFirst = !run.isInterrupted;
    this.hasInterrupted = true;
    run.interrupt();
    if (!isFirst || !run.watchesSignal) {
      this.engine.stop();
      return;
    }
    this.whileRunning(run, NOTICE_MS, () => {
      run.notify('interrupted: the step under way ends first; interrupt again to end at once\n');
    });
    this.whileRunning(run, GRACE_MS, this.engine.stop);
  }

  /** Throws inside interrupted cells; called at the head of each of their loops. */
  check(): void {
    if (this.engine.isWaiting()) {
      this.interrupt();
    }
    if (this.hasInterrupted && this.engine.owner()?.isInterrupted) {
      throw new KeyboardInterrupt();
    }
  }

  /** Acts after a delay, if the cell still runs then. */
  private whileRunning(run: CellRun, delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      if (run === this.engine.current()) {
        act();
      }
    }, delayMs);
    timer.unref();
  }
}
