/** The command line of the fuzzer. */
import { Command, InvalidArgumentError } from 'commander';

/** What a command line asks for. */
export interface FuzzOptions {
  readonly list: boolean;
  /** Cases per format. */
  readonly cases: number;
  /** Names of formats; all by default. */
  readonly formats?: readonly string[];
  readonly seed: number;
  /** Seconds per format at most. */
  readonly seconds?: number;
  /** A file for the results, also those so far. */
  readonly json?: string;
  /** A file of results to be shown; nothing is read. */
  readonly table?: string;
  /** Formats that are read at the same time. */
  readonly jobs: number;
  /** One case, to be repeated. */
  readonly case?: number;
}

const CASES = 1000;

function wholeNumber(text: string): number {
  if (!/^(0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('Expected a whole number from 0.');
  }
  return Number(text);
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) {
    throw new InvalidArgumentError('Expected a whole number above 0.');
  }
  return value;
}

/**
 * Reads a command line.
 *
 * @throws commander's error for an unknown option or a wrong value, and for `--help`
 */
export function parseOptions(parameters: readonly string[]): FuzzOptions {
  const command = new Command('npm run fuzz --')
    .description(
      'Reads damaged and wrong documents of every format: only errors of the library, no hang, no ' +
        'memory beyond the limits, nothing accepted as another content than a checksum promises.',
    )
    .option('--list', 'list the formats', false)
    .option('--cases <n>', `cases per format (${CASES})`, positive, CASES)
    .option('--formats <names>', 'some of the formats, separated by commas', (text) =>
      text.split(','),
    )
    .option('--seed <n>', 'the seed that all cases follow from (1)', wholeNumber, 1)
    .option('--seconds <n>', 'leave each format after this time', positive)
    .option(
      '--json <file>',
      'write the results to this file; what it has of the same commit and seed is continued',
    ) // oxfmt-ignore
    .option('--table <file>', 'show the results in such a file, and read nothing')
    .option('--jobs <n>', 'formats that are read at the same time (1)', positive, 1)
    .option('--case <k>', 'one case of one format: what is changed, and how it ends', wholeNumber)
    .exitOverride();
  command.parse(parameters, { from: 'user' });
  return command.opts<FuzzOptions>();
}
