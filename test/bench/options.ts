/** The command line of the benchmarks. */
import { Command, InvalidArgumentError } from 'commander';
import { IMPLEMENTATIONS } from './cases.js';

/** What a command line asks for. */
export interface BenchOptions {
  readonly list: boolean;
  /** Whether to measure the reading of images instead of steps. */
  readonly reading: boolean;
  /** Names of cases, separated by commas. */
  readonly only?: string;
  /** Names of implementations, separated by commas. */
  readonly modes?: string;
  /** Whether to say what the time of compiled steps is spent on, instead of measuring it. */
  readonly profile: boolean;
  /** Whether to put what is measured into the project's tables and chart. */
  readonly record: boolean;
  readonly runs: number;
  readonly quick: boolean;
  /** A file for the results. */
  readonly json?: string;
  /** A Python that has PyTorch. */
  readonly python?: string;
  /** Memory for all processes together, in GiB. */
  readonly memory?: number;
}

const RUNS = 5;
const QUICK_RUNS = 2;

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) {
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

/**
 * Reads a command line.
 *
 * @throws commander's error for an unknown option or a wrong value, and for `--help`
 */
export function parseOptions(parameters: readonly string[]): BenchOptions {
  const command = new Command('npm run bench --')
    .description(
      'Measures the library beside PyTorch: each case and implementation in a process of its own, ' +
        'one step each in turn.',
    )
    .option('--list', 'list the cases', false)
    .option('--reading', 'measure the reading of images, beside sharp alone', false)
    .option('--profile', 'what the time of compiled steps is spent on', false)
    .option(
      '--record',
      "remake the project's tables and chart, case by case, beside PyTorch",
      false,
    )
    .option('--only <names>', 'cases by name, beginning or pattern with *, separated by commas')
    .option('--modes <names>', `some of ${IMPLEMENTATIONS.join(', ')}, separated by commas`)
    .option(
      '--runs <n>',
      `measured runs of each (${RUNS}; with --quick ${QUICK_RUNS})`,
      wholeNumber,
    )
    .option('--quick', 'small cases and few runs: to see that it works', false)
    .option('--json <file>', 'write the results to this file')
    .option('--python <path>', 'a Python with PyTorch; by default the first that is found')
    .option(
      '--memory <GiB>',
      'memory for all processes together; by default most of what is free',
      positive,
    )
    .exitOverride();
  command.parse(parameters, { from: 'user' });
  const options = command.opts<Omit<BenchOptions, 'runs'> & { readonly runs?: number }>();
  return { ...options, runs: options.runs ?? (options.quick ? QUICK_RUNS : RUNS) };
}
