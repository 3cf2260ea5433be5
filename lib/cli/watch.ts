/** Long work on the terminal: its progress is shown, and Ctrl-C stops it. */
import { interruptible } from './interrupt.js';
import { ProgressDisplay } from './progress.js';

/** What the work is given. */
export interface Watched {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressDisplay['onProgress'];
  readonly display: ProgressDisplay;
}

/**
 * Does interruptible work while its progress is shown.
 *
 * @param advice - what to print after an interruption
 * @returns its result; undefined if it was interrupted before it had one
 */
export async function watch<T>(
  work: (watched: Watched) => Promise<T>,
  advice: string | (() => string),
): Promise<T | undefined> {
  const display = new ProgressDisplay();
  const { onProgress } = display;
  try {
    return await interruptible((signal) => work({ signal, onProgress, display }), advice);
  } finally {
    display.stop();
  }
}
