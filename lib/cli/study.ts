/** `autodeeplab study`: whether a search finds anything. */
import path from 'node:path';
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import type { ThreadRequest } from '../backend/threads.js';
import type { PresetName } from '../dataset/kind.js';
import { duration } from '../duration.js';
import { ConfigError } from '../errors.js';
import { RETRAIN } from '../retrain/options.js';
import { SEARCH } from '../search/options.js';
import { expectStudy, type ExpectedPart } from '../study/expected.js';
import { KEEPS, type Keep } from '../study/keep.js';
import type { StudyPart } from '../study/plan.js';
import { DEFAULT_GROUPS, FURTHER_GROUPS, type StudyGroup } from '../study/record.js';
import { runPart } from '../study/run-part.js';
import { prepareStudy, study, type StudyOptions, type StudyResult } from '../study/run-study.js';
import type { StudyRunChoice } from '../study/settings.js';
import { count, gibibytes, table } from '../text.js';
import type { ProgramOptions } from '../training/options/resolve.js';
import { PRESETS, type OptionTable } from '../training/options/table.js';
import { shellWords } from '../trials/quote.js';
import { readConfigFile } from './config-file.js';
import { addImportOption } from './import-modules.js';
import { EXIT } from './report-error.js';
import { addDataOptions, backendOption, wholeNumber } from './options.js';
import { seedList } from './seed-list.js';
import { openData, SMALL_KERNELS, startBackend, type DataFlags } from './start.js';
import { startPartProcess, stopWithParent, tellPartEnd } from './study-part.js';
import { watch } from './watch.js';
import { listed } from './word-list.js';

interface StudyFlags extends DataFlags {
  readonly out: string;
  readonly preset?: PresetName;
  readonly searchConfig?: string;
  readonly retrainConfig?: string;
  readonly searchSeeds?: readonly number[];
  readonly retrainSeeds?: readonly number[];
  readonly randomPerFound?: number;
  readonly testSplit?: string;
  readonly groups?: readonly StudyGroup[];
  readonly cache?: string;
  readonly atOnce: number;
  readonly threads?: number;
  readonly only?: readonly string[];
  readonly part?: string;
  readonly keep: Keep;
  readonly commit?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly backend: BackendChoice;
}

/** What is chosen of one kind of run. */
async function choiceOf(
  program: ProgramOptions<OptionTable>,
  file: string | undefined,
  { preset, cache }: StudyFlags,
): Promise<StudyRunChoice> {
  const config = {
    ...(file !== undefined && (await readConfigFile(file, program))),
    ...(cache !== undefined && { cache }),
  };
  return { preset, config };
}

/** The command as results name it: the folders of this machine are left out. */
function portableCommand(args: readonly string[]): string {
  const words = args.map((word) => (word.includes(path.sep) ? path.basename(word) : word));
  return `npx autodeeplab ${shellWords(words)}`;
}

/** Threads of a process that does a part: the steps of a search are made of many small kernels. */
function threadsOf(kind: StudyPart['kind'], threads: number | undefined): ThreadRequest {
  if (kind === 'retrain') {
    return threads === undefined ? {} : { intra: threads, inter: 1 };
  }
  return threads === undefined ? SMALL_KERNELS : { ...SMALL_KERNELS, inter: threads };
}

async function optionsOf(flags: StudyFlags): Promise<Omit<StudyOptions, 'command'>> {
  const { searchSeeds, retrainSeeds, randomPerFound, testSplit, groups } = flags;
  const { out, only, keep, atOnce, commit } = flags;
  return {
    dataset: await openData(flags),
    folder: out,
    searchSeeds,
    retrainSeeds,
    randomPerFound,
    testSplit,
    groups,
    search: await choiceOf(SEARCH, flags.searchConfig, flags),
    retrain: await choiceOf(RETRAIN, flags.retrainConfig, flags),
    only,
    keep,
    atOnce,
    commit,
  };
}

/** Does one part in this process. */
async function runOnePart(options: StudyOptions, flags: StudyFlags, id: string): Promise<void> {
  const { context, parts } = await prepareStudy({ ...options, only: [id], atOnce: 1 });
  if (parts.length !== 1 || parts[0].id !== id) {
    throw new ConfigError(`study part: expected the id of one part, got "${id}"`);
  }
  const [part] = parts;
  stopWithParent();
  const backend = await startBackend(flags.backend, threadsOf(part.kind, flags.threads));
  const { command = '', commit } = options;
  const end = await watch(
    ({ signal, onProgress }) =>
      runPart({ ...context, signal, onProgress, environment: { backend }, command, commit }, part),
    'the next start of the study goes on with this part',
  );
  await tellPartEnd(end ?? 'interrupted');
}

function describeExpectedParts(parts: readonly ExpectedPart[], atOnce: number): string {
  if (parts.length === 0) {
    return 'all parts are done';
  }
  const rows = parts.map(({ id, seconds, memory }) => [id, duration(seconds), gibibytes(memory)]);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const memory = Math.max(...parts.map((part) => part.memory));
  return (
    `${table([['part', 'time', 'memory'], ...rows])}\n` +
    `expected on this machine as busy as it is: ${count(parts.length, 'part')}, ` +
    `${duration(seconds)} one after the other, without reading images` +
    `${atOnce === 1 ? '' : `; up to ${atOnce} at once`}; memory about ${gibibytes(memory)} each`
  );
}

async function estimate(options: StudyOptions, flags: StudyFlags): Promise<void> {
  await startBackend(flags.backend, threadsOf('retrain', flags.threads));
  const expected = await watch(async ({ signal, onProgress }) => {
    const prepared = await prepareStudy({ ...options, startPart: runPart, signal, onProgress });
    return expectStudy(prepared);
  }, 'nothing was written');
  if (expected) {
    console.log(
      flags.json
        ? JSON.stringify(expected, undefined, 2)
        : describeExpectedParts(expected, flags.atOnce),
    );
  }
}

/** What a study came to, in words. */
export function describeStudy({ folder, record, failed, elsewhere }: StudyResult): string {
  const { searches, scores, missing } = record;
  return [
    `${searches.length === 1 ? '1 search' : `${searches.length} searches`} and ` +
      `${count(scores.length, 'retraining')} done, ` +
      `${count(missing.length, 'part')} missing`,
    ...failed.map(({ id, reason }) => `${id} failed: ${reason}`),
    ...(elsewhere.length === 0 ? [] : [`under way in other processes: ${elsewhere.join(', ')}`]),
    `measured so far: ${path.join(folder, 'study.json')}; its report: npx autodeeplab collect ${folder}`,
  ].join('\n');
}

async function runAll(
  options: StudyOptions,
  flags: StudyFlags,
  args: readonly string[],
): Promise<void> {
  const isAlone = flags.atOnce === 1;
  const result = await watch(
    ({ signal, onProgress }) =>
      study({
        ...options,
        signal,
        onProgress,
        startPart: (request, part) => startPartProcess(args, request, part, isAlone),
      }),
    'repeat the same command to go on',
  );
  if (result === undefined || result.interrupted) {
    return;
  }
  if (result.failed.length > 0) {
    process.exitCode = EXIT.error;
  }
  console.log(flags.json ? JSON.stringify(result.record, undefined, 2) : describeStudy(result));
}

async function runStudyCommand(flags: StudyFlags, self: Command): Promise<void> {
  const { args } = self.parent!;
  const own = await optionsOf(flags);
  const shown = args.filter((word, i) => word !== '--part' && args[i - 1] !== '--part');
  const options: StudyOptions = { ...own, command: portableCommand(shown) };
  if (flags.part !== undefined) {
    await runOnePart(options, flags, flags.part);
  } else if (flags.dryRun) {
    await estimate(options, flags);
  } else {
    await runAll(options, flags, args);
  }
}

/** The command `study`. */
export function studyCommand(): Command {
  return addImportOption(addDataOptions(new Command('study')))
    .description('compare what searches find with random and fixed networks of the same size')
    .requiredOption(
      '--out <folder>',
      'the folder of the study: new or empty, or that to go on with',
    )
    .addOption(
      new Option('--preset <name>', 'of searches and retrainings (laptop)').choices(PRESETS),
    )
    .option('--search-config <file>', 'options of the searches as JSON, as --config of search')
    .option('--retrain-config <file>', 'options of the retrainings as JSON, as --config of retrain')
    .option('--search-seeds <list>', 'one search for each (1-3); more may be added later', seedList)
    .option(
      '--retrain-seeds <list>',
      'each network is retrained under each (1-2); more may be added later',
      seedList,
    )
    .option(
      '--random-per-found <n>',
      'random networks of the same size for each that is found (3); more may be added later',
      wholeNumber,
    )
    .option(
      '--test-split <name>',
      'the split that networks are scored on, which no run sees (test)',
    )
    .option(
      '--groups <names>',
      `what is compared, separated by commas (${DEFAULT_GROUPS.join(',')}; also ${FURTHER_GROUPS.join(',')}); ` +
        'more may be added later',
      listed,
    )
    .option('--cache <folder>', 'keeps decoded, resized samples for all runs')
    .option(
      '--only <parts>',
      'the parts to do: search, opinion, retrain, or ids such as retrain-found-*, separated by commas',
      listed,
    )
    .option('--at-once <n>', 'parts done at the same time, each in a process', wholeNumber, 1)
    .option('--threads <n>', 'threads of each process (as many as cores)', wholeNumber)
    .addOption(
      new Option(
        '--keep <what>',
        'what stays of runs that are no longer needed: nothing, of the checkpoints the last, or all',
      )
        .choices(KEEPS)
        .default('last'),
    )
    .option('--commit <revision>', "the revision of the library's source, which results name")
    .option(
      '--dry-run',
      'list the parts that are not done with the time and memory that they are expected to take',
      false,
    )
    .option('--json', 'print what was measured so far, or expected, as JSON', false)
    .addOption(new Option('--part <id>', 'do this part in this process').hideHelp())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  npx autodeeplab study --data camvid --root /data/CamVid --out runs/study\n' +
        'Interrupted, the same command goes on; several may work in one folder. Of a part that is done, the\n' +
        'small file in results is all that is needed. npx autodeeplab collect DIR makes the report, also of a\n' +
        'half-done study.',
    )
    .action(runStudyCommand);
}
