/** Standard output and error whose reader, terminal or disk is gone: the work goes on without them. */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { errorCode, fileError } from '../files/file-error.js';
import { EXIT } from './report-error.js';

/** Nobody is there to read: a reader such as `head` that ended, or a terminal that was closed. */
const NOBODY_READS: readonly (string | undefined)[] = ['EPIPE', 'EIO', 'ECONNRESET', 'ENXIO'];

/** The numbers of standard input, output and error. */
const STANDARD = [0, 1, 2];

/**
 * Puts the null device in the place of terminals that were closed. Node gives terminals their settings
 * back when it ends, and aborts if one is gone.
 */
function replaceClosed(terminals: readonly number[]): void {
  for (const terminal of terminals) {
    if (!isatty(terminal)) {
      closeSync(terminal);
      openSync(devNull, 'r+'); // gets the lowest free number, which is that of the terminal
    }
  }
}

/**
 * Drops output that cannot be written, instead of ending the process. What the reader no longer wants
 * is dropped without a word; if a file cannot take the results, such as on a full disk, standard error
 * says so and the exit code is 1.
 */
export function dropLostOutput(): void {
  let isSaid = false;
  process.stderr.on('error', () => undefined); // there is no other place to say it
  process.stdout.on('error', (error) => {
    if (isSaid || NOBODY_READS.includes(errorCode(error))) {
      return;
    }
    isSaid = true;
    process.exitCode = EXIT.error;
    console.error(`error: ${fileError('write', 'standard output', error).message}`);
  });
  const terminals = STANDARD.filter((number) => isatty(number));
  process.on('exit', () => {
    replaceClosed(terminals);
  });
}
