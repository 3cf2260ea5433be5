/** `npm run fuzz`: reads damaged and wrong documents of every format. */
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../bench/machine.js';
import { runProgram, UsageError } from '../helpers/run-program.js';
import { newResult, readResults, writeResults, type FormatResult } from './engine/results.js';
import { runFormat } from './engine/run-format.js';
import type { FuzzFormat } from './format.js';
import { FORMATS } from './formats.js';
import { parseOptions, type FuzzOptions } from './options.js';
import { repeatCase, writeFaults } from './repeat.js';
import { progressLine, resultTable } from './report.js';

/** The root of the project: two folders up both from test/fuzz and from out/fuzz. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A case hangs after 10 s of computing, or when ten minutes have passed, as on a busy machine. */
const LIMITS = { computing: 10, waiting: 600 };
/** Time between two lines of progress, in ms. */
const PROGRESS_EVERY = 10_000;

/** All formats, or those that are named, in that order. */
function selectFormats(names: readonly string[] | undefined): readonly FuzzFormat[] {
  const known = FORMATS.map(({ name }) => name);
  return (names ?? known).map((name) => {
    const format = FORMATS.find((one) => one.name === name);
    if (format === undefined) {
      throw new UsageError(`--formats: expected some of ${known.join(', ')}, got "${name}"`);
    }
    return format;
  });
}

/** Where a format begins: where the file of an earlier run of this commit and seed left it. */
function beginning(
  { name, readers, limitMiB, promise }: FuzzFormat,
  { seed }: FuzzOptions,
  commit: string | null,
  earlier: readonly FormatResult[],
): FormatResult {
  const found = earlier.find((one) => one.format === name);
  const isSame = found?.seed === seed && found.commit === commit;
  const isPromiseChecked = promise !== undefined;
  return isSame
    ? found
    : newResult({ format: name, readers, seed, commit, limitMiB, isPromiseChecked });
}

/** Calls a function for each item, at most n at the same time. */
async function inParallel<T>(items: readonly T[], n: number, work: (item: T) => Promise<void>) {
  const left = [...items];
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: n }, next));
}

async function run(options: FuzzOptions, parameters: readonly string[]): Promise<boolean> {
  const { json, cases, seconds, jobs } = options;
  const formats = selectFormats(options.formats);
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
  });
  process.once('SIGTERM', () => {
    interrupt.abort();
  });
  const machine = describeMachine(root);
  const command = ['npm run fuzz --', ...parameters].join(' ');
  const earlier = json === undefined ? [] : (readResults(json)?.formats ?? []);
  const results = new Map(earlier.map((one) => [one.format, one]));
  const keep = (result: FormatResult): void => {
    results.set(result.format, result);
    if (json !== undefined) {
      const ordered = FORMATS.flatMap(({ name }) => results.get(name) ?? []);
      writeResults(json, { command, machine, formats: ordered });
    }
  };
  const done: FormatResult[] = [];
  await inParallel(formats, jobs, async (format) => {
    const before = beginning(format, options, machine.commit, earlier);
    const signals = [interrupt.signal];
    if (seconds !== undefined) {
      signals.push(AbortSignal.timeout(seconds * 1000));
    }
    let told = performance.now();
    const result = await runFormat(before, {
      module: format.module,
      cases,
      limits: LIMITS,
      signal: AbortSignal.any(signals),
      onResult: (sofar) => {
        if (performance.now() - told > PROGRESS_EVERY) {
          told = performance.now();
          console.error(progressLine(sofar, cases));
          keep(sofar);
        }
      },
    });
    keep(result);
    done.push(result);
    console.error(progressLine(result, cases));
    for (const line of await writeFaults(root, format, result)) {
      console.error(line);
    }
  });
  console.log(resultTable(done));
  if (interrupt.signal.aborted) {
    process.exitCode = 130;
  }
  return done.every(({ faults }) => faults.length === 0);
}

async function main(parameters: readonly string[]): Promise<void> {
  const options = parseOptions(parameters);
  const formats = selectFormats(options.formats);
  if (options.table !== undefined) {
    const results = readResults(options.table);
    if (results === undefined) {
      throw new UsageError(`--table: expected a file of results, got no file ${options.table}`);
    }
    console.log(resultTable(results.formats));
  } else if (options.list) {
    console.log(formats.map(({ name, readers }) => `${name}: ${readers}`).join('\n'));
  } else if (options.case === undefined) {
    process.exitCode = (await run(options, parameters)) ? (process.exitCode ?? 0) : 1;
  } else if (formats.length === 1) {
    console.log(await repeatCase(root, formats[0], options.seed, options.case));
  } else {
    throw new UsageError(
      '--case: expected one format in --formats, since each has cases of its own',
    );
  }
}

await runProgram(() => main(process.argv.slice(2)));
