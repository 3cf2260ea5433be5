/** Trials: many runs that differ in a seed, an architecture or an option, and know nothing of each other. */
import { createHash } from 'node:crypto';
import { ConfigError } from '../errors.js';

/** One run of a list. */
export interface Trial {
  /** Its name in scripts, tables and figures, such as `seed-3`. */
  readonly id: string;
  /** The folder of its run. */
  readonly folder: string;
  /**
   * The command and its arguments without `--out` and `--resume`, such as
   * `['search', '--data', 'camvid', '--seed', '3']`.
   */
  readonly args: readonly string[];
}

/** The longest list. */
export const MOST_TRIALS = 10_000;

const ID = /^[A-Za-z0-9][\w.-]*$/;

/** The first that occurs for the second time; undefined if all differ. */
function repeated(values: readonly string[]): string | undefined {
  return values.find((value, i) => values.indexOf(value) < i);
}

/**
 * Checks a list of trials.
 *
 * @throws {@link ConfigError} if it is empty or too long, an id or a folder occurs twice, an id is not made
 *   of letters, digits, `.`, `_` and `-`, or an argument holds a character that no command line can
 */
export function checkTrials(trials: readonly Trial[]): void {
  if (trials.length === 0 || trials.length > MOST_TRIALS) {
    throw new ConfigError(`trials: expected 1 to ${MOST_TRIALS} trials, got ${trials.length}`);
  }
  const bad = trials.find(({ id }) => !ID.test(id));
  if (bad !== undefined) {
    throw new ConfigError(
      `trials: expected names of letters, digits, ".", "_" and "-", got "${bad.id}"; rename its source`,
    );
  }
  const again = repeated(trials.map(({ id }) => id)) ?? repeated(trials.map((one) => one.folder));
  if (again !== undefined) {
    throw new ConfigError(`trials: expected each name and folder once, got "${again}" twice`);
  }
  const split = trials.find(({ args, folder }) => [...args, folder].join('').includes('\0'));
  if (split !== undefined) {
    throw new ConfigError(
      `trials: expected arguments without the character NUL, got one in ${split.id}`,
    );
  }
}

/** Tells the arguments of a trial from others: 12 hexadecimal digits. */
export function trialKey({ args }: Pick<Trial, 'args'>): string {
  return createHash('sha256').update(JSON.stringify(args)).digest('hex').slice(0, 12);
}
