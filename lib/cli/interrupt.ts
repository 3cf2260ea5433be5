/** Ctrl-C: the work stops when it can, and the user learns how to resume it. */
import { constants } from 'node:os';

/** The reason that interrupted work is stopped with. */
class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work that SIGINT or SIGTERM stops gracefully; a second signal ends the process at once.
 *
 * The exit code of an interrupted process is 128 plus the number of the signal: 130 after Ctrl-C.
 *
 * @param work - gets the signal; it may end by returning or by throwing the signal's reason
 * @param advice - what to print after an interruption, such as the command that resumes
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  advice: string | (() => string),
): Promise<T | undefined> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    const code = 128 + constants.signals[signal];
    if (controller.signal.aborted) {
      process.exit(code);
    }
    process.exitCode = code;
    console.error('stopping; interrupt again to stop at once');
    controller.abort(new Interruption(signal));
  };
  SIGNALS.forEach((signal) => process.on(signal, stop));
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof Interruption) {
      return undefined;
    }
    throw error;
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, stop));
    if (controller.signal.aborted) {
      console.error(`interrupted; ${typeof advice === 'string' ? advice : advice()}`);
    }
  }
}
