/** The command line of the soak test. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { BACKENDS, WORKS, type BackendName, type WorkName } from './messages.js';

/** What a command line asks for. */
export interface SoakOptions {
  /** How long each process works, in minutes. */
  readonly minutes: number;
  readonly only: readonly WorkName[];
  readonly backend: readonly BackendName[];
  /** Processes that work side by side. */
  readonly atOnce: number;
  /** Between two samples, in seconds. */
  readonly every: number;
  readonly seed: number;
  readonly collect: boolean;
  /** A file for the results. */
  readonly json?: string;
  /** A file with results, whose table to print instead of working. */
  readonly report?: string;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return value;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number above 0.');
  }
  return Number(text);
}

function someOf<T extends string>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !(known as readonly string[]).includes(name));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(`Expected some of ${known.join(', ')}, got "${unknown}".`);
    }
    return known.filter((name) => names.includes(name));
  };
}

/**
 * Reads a command line.
 *
 * @throws commander's error for an unknown option or a wrong value, and for `--help`
 */
export function parseOptions(parameters: readonly string[]): SoakOptions {
  const command = new Command('npm run soak --')
    .description('Works for a long time and says what grows: memory, tensors, handles, threads.')
    .option('--minutes <n>', 'how long each process works', positive, 60)
    .option('--only <works>', `some of ${WORKS.join(', ')}`, someOf(WORKS), WORKS)
    .option('--backend <names>', `some of ${BACKENDS.join(', ')}`, someOf(BACKENDS), BACKENDS)
    .option('--at-once <n>', 'processes side by side', wholeNumber, availableParallelism())
    .option('--every <seconds>', 'time between two samples', positive, 5)
    .option('--seed <n>', 'of all that is random', wholeNumber, 1)
    .option('--collect', 'collect garbage before each sample: sharper, but not as users run', false)
    .option('--json <file>', 'write the results to this file, again and again')
    .option('--report <file>', 'print the table of such a file, and do nothing else')
    .exitOverride();
  command.parse(parameters, { from: 'user' });
  return command.opts<SoakOptions>();
}
