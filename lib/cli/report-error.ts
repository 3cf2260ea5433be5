/** How the command line reports errors. */
import { CommanderError } from 'commander';
import { AutoDeepLabError } from '../errors.js';
import { withFlags } from './advice.js';

/** Exit codes: 1 for anything that went wrong, 2 for a command line that cannot be understood. */
export const EXIT = { error: 1, usage: 2 } as const;

/**
 * What to print for an error: one line for an error of this library, the stack for an unexpected
 * one, which is a bug.
 *
 * @param flags - of the command that failed, which the advice is written with
 */
export function errorLine(error: unknown, flags: ReadonlySet<string> = new Set()): string {
  if (error instanceof AutoDeepLabError) {
    return `error: ${withFlags(error.message.replaceAll(/\s*\n\s*/g, ' '), flags)}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : `error: ${String(error)}`;
}

/** Prints an error that ended a command and returns the exit code. */
export function reportError(error: unknown, flags?: ReadonlySet<string>): number {
  if (error instanceof CommanderError) {
    // Commander has printed its line; --help and --version end with 0.
    return error.exitCode === 0 ? 0 : EXIT.usage;
  }
  console.error(errorLine(error, flags));
  return EXIT.error;
}
