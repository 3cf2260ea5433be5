/** Ctrl-C and what else asks a process to end: work stops when it can, and the user learns how to resume it. */
import { constants } from 'node:os';
import { isStartedByNohup } from './hang-up.js';

/** The reason that interrupted work is stopped with. */
class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

/** SIGHUP: the terminal or the connection is gone; SIGBREAK: Ctrl-Break on Windows. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** The number of SIGBREAK, which only Windows knows. */
const SIGBREAK = 21;

/**
 * SIGTERM again within this time is the first one: a scheduler sends it to all processes of a job, and the
 * script that they belong to passes it on.
 */
const ONE_TERMINATION_MS = 2000;

function exitCodeOf(signal: (typeof SIGNALS)[number]): number {
  const numbers: Partial<Record<string, number>> = constants.signals;
  return 128 + (numbers[signal] ?? SIGBREAK);
}

/**
 * Does work that SIGINT, SIGTERM or SIGHUP stops gracefully. When one of the first two comes for the
 * second time, the process ends at once; SIGTERM must come two seconds later for that. SIGHUP comes
 * twice when a terminal is closed, from the system and from the shell, or after SIGTERM, and never does
 * that.
 *
 * Under `nohup` SIGHUP does nothing.
 *
 * The exit code of an interrupted process is 128 plus the number of the signal: 130 after Ctrl-C, 129
 * after SIGHUP.
 *
 * @param work - gets the signal; it may end by returning or by throwing the signal's reason
 * @param advice - what to print after an interruption, such as the command that resumes
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  advice: string | (() => string),
): Promise<T | undefined> {
  const controller = new AbortController();
  let isUrgent = false;
  let terminatedAt = -Infinity;
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    const isHangUp = signal === 'SIGHUP';
    if (signal === 'SIGTERM') {
      if (performance.now() - terminatedAt < ONE_TERMINATION_MS) {
        return;
      }
      terminatedAt = performance.now();
    }
    if (isUrgent && !isHangUp) {
      process.exit(exitCodeOf(signal));
    }
    isUrgent ||= !isHangUp;
    if (!controller.signal.aborted) {
      process.exitCode = exitCodeOf(signal);
      console.error('stopping; interrupt again to stop at once');
      controller.abort(new Interruption(signal));
    }
  };
  const signals = SIGNALS.filter((signal) => signal !== 'SIGHUP' || !isStartedByNohup());
  signals.forEach((signal) => process.on(signal, stop));
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof Interruption) {
      return undefined;
    }
    throw error;
  } finally {
    signals.forEach((signal) => process.off(signal, stop));
    if (controller.signal.aborted) {
      console.error(`interrupted; ${typeof advice === 'string' ? advice : advice()}`);
    }
  }
}
