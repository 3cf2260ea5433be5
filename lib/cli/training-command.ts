/** What the commands `search` and `retrain` share: their flags and how they run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { StoppedElsewhere } from '../interrupt.js';
import type { ThreadRequest } from '../backend/threads.js';
import type { PresetName } from '../dataset/kind.js';
import {
  resolveOptions,
  withChanges,
  type Changes,
  type ProgramOptions,
} from '../training/options/resolve.js';
import { PRESETS, type OptionTable } from '../training/options/table.js';
import { describeExpected } from '../training/expected/expected.js';
import type { OnProgress } from '../training/events.js';
import type { RunRequest, RunResult } from '../training/run-work.js';
import { readStoredRun, type StoredRun } from '../training/stored-run.js';
import { TensorBoardLog } from '../tensorboard/tensorboard-log.js';
import { addClusterOptions, machinesFrom, warnOfRing } from './cluster-flags.js';
import { readConfigFile } from './config-file.js';
import { addImportOption } from './import-modules.js';
import { addOptionFlags, changesFrom } from './option-flags.js';
import { addDataOptions, backendOption } from './options.js';
import { resumeCommand, type ResumeFlags } from './resume-command.js';
import { openData, dataKind, startBackend, type DataFlags } from './start.js';
import { watch } from './watch.js';

/** The flags that are not options of the program. */
export interface TrainingFlags extends DataFlags, ResumeFlags {
  readonly preset: PresetName;
  readonly config?: string;
  readonly resume: boolean;
  readonly dryRun: boolean;
}

/** A command with a flag for every option of a program. */
export function trainingCommand(program: ProgramOptions<OptionTable>): Command {
  const command = addDataOptions(new Command(program.name))
    .requiredOption('--out <folder>', 'the folder of the run: new or empty, or that to resume')
    .option(
      '--resume',
      'continue the run in --out; its options are taken from there, its length may be another',
      false,
    )
    .addOption(
      new Option('--preset <name>', 'options to begin with').choices(PRESETS).default('laptop'),
    )
    .option('--config <file>', "options as JSON, such as a run's config.json; flags override them")
    .option(
      '--dry-run',
      'say what it is expected to take, time and memory; nothing is written',
      false,
    )
    .option('--no-tensorboard', 'do not write event files into the folder tensorboard of the run')
    .addOption(backendOption());
  return addOptionFlags(addClusterOptions(addImportOption(command)), program.table);
}

/** What the stored run, the file and the flags change in the preset, the later over the earlier. */
async function changesOf(
  program: ProgramOptions<OptionTable>,
  flags: TrainingFlags,
  stored: Changes,
): Promise<Changes> {
  const file = flags.config === undefined ? {} : await readConfigFile(flags.config, program);
  return [file, changesFrom({ ...flags }, program.table)]
    .map((changes) => program.imply?.(changes) ?? changes)
    .reduce((before, after) => withChanges(program.table, before, after), stored);
}

/**
 * What flags change in the options of a run.
 *
 * @param stored - the run that is resumed
 * @throws {@link ConfigError} if they do not go together
 */
export async function checkFlags(
  program: ProgramOptions<OptionTable>,
  flags: TrainingFlags,
  stored?: StoredRun<Changes>,
): Promise<Changes> {
  const config = await changesOf(program, flags, stored?.options ?? {});
  const kind = dataKind(flags) ?? stored?.dataset.kind ?? 'cityscapes';
  resolveOptions(program, config, flags.preset, kind);
  return config;
}

/** The exit code of a process whose work another one stopped: as after SIGTERM. */
const STOPPED = 143;

/** What work of a ring gives; if another process stopped it, that is said, and is no error. */
async function stoppedByOthers<Result extends RunResult>(
  work: Promise<Result>,
  own: AbortSignal,
  advice: () => string,
): Promise<Result | undefined> {
  const result = await work.catch((error: unknown) => {
    if (error instanceof StoppedElsewhere) {
      return undefined;
    }
    throw error;
  });
  if ((result?.interrupted ?? true) && !own.aborted) {
    process.exitCode = STOPPED;
    console.error(`stopped by another process of the ring; ${advice()}`);
  }
  return result;
}

/**
 * Runs a search or a retraining until its end or Ctrl-C.
 *
 * What is wrong with the options is refused before anything is loaded.
 *
 * @param start - starts the program
 * @returns the result; undefined if it was interrupted, or if this process was a worker of another one
 */
export async function runTraining<Result extends RunResult>(
  program: ProgramOptions<OptionTable>,
  flags: TrainingFlags,
  threads: ThreadRequest,
  start: (request: RunRequest<object>) => Promise<Result>,
): Promise<Result | undefined> {
  const machines = await machinesFrom(flags);
  if (machines === 'worked') {
    return undefined;
  }
  const { out, resume, preset, dryRun } = flags;
  const ring = dryRun ? undefined : machines.ring;
  const rank = machines.ring?.rank ?? 0;
  if (ring !== undefined) {
    warnOfRing(ring);
  }
  const estimate = dryRun ? 'only' : 'first';
  const stored = resume ? await readStoredRun(out, program) : undefined;
  const config = await checkFlags(program, flags, stored);
  const dataset = await openData(flags, stored);
  const environment = { backend: await startBackend(flags.backend, threads) };
  const log = flags.tensorboard && !dryRun && rank === 0 ? new TensorBoardLog(out) : undefined;
  const advice = () =>
    rank > 0
      ? 'rank 0 has the run, and says how to resume it'
      : existsSync(join(out, 'config.json'))
        ? `resume with: ${resumeCommand(program.name, flags)}`
        : 'nothing was written';
  const result = await watch(({ signal, onProgress: show }) => {
    const onProgress: OnProgress = (event) => {
      if (rank === 0) {
        show(event);
      } else if (event.kind === 'note' || event.kind === 'warning') {
        show({ ...event, text: `rank ${rank}: ${event.text}` });
      }
      log?.onProgress(event);
    };
    const request = { dataset, folder: out, preset, config, resume, estimate } as const;
    const started = start({ ...request, signal, onProgress, environment, ...machines });
    return ring === undefined ? started : stoppedByOthers(started, signal, advice);
  }, advice);
  if (dryRun && result?.expected) {
    console.log(describeExpected(result.expected));
  }
  if (rank > 0) {
    return undefined;
  }
  if (existsSync(join(out, 'history.arrow'))) {
    await log?.close({ pictures: 1 }); // an early interrupt leaves no run to tell of
  }
  return result?.interrupted ? undefined : result;
}
