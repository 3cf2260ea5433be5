/** `autodeeplab trials`: a script that runs one command under many seeds and architectures. */
import { mkdir } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { fileError } from '../files/file-error.js';
import { architectureFrom } from '../run/architecture-source.js';
import { count } from '../text.js';
import { listTrials } from '../trials/list.js';
import { shellWords } from '../trials/quote.js';
import type { SchedulerOption } from '../trials/schedulers/scheduler.js';
import { SCHEDULERS } from '../trials/schedulers/schedulers.js';
import { schedulerNamed, trialScript } from '../trials/script.js';
import { kebab, readerOf } from './option-flags.js';
import { seedList } from './seed-list.js';
import { checkTrainingArguments } from './training-arguments.js';

interface TrialsFlags extends Readonly<Record<string, unknown>> {
  readonly seeds: readonly number[];
  readonly architectures?: readonly string[];
  readonly for: string;
  readonly out: string;
  readonly program?: string;
  readonly name?: string;
}

/** Flags of the runs that every trial gets. */
const OWN = ['seed', 'out', 'resume', 'dry-run'];

/** All options of all schedulers, by name, with those that have it. */
function schedulerOptions(): Map<string, (readonly [string, SchedulerOption<unknown>])[]> {
  const found = new Map<string, (readonly [string, SchedulerOption<unknown>])[]>();
  for (const { name: scheduler, options } of SCHEDULERS) {
    for (const [name, option] of Object.entries(options)) {
      found.set(name, [...(found.get(name) ?? []), [scheduler, option] as const]);
    }
  }
  return found;
}

/** One flag for an option of schedulers, with the value of each where none is given. */
function schedulerFlag(
  name: string,
  all: readonly (readonly [string, SchedulerOption<unknown>])[],
) {
  const [[, { kind, help }]] = all.slice(-1);
  const where = all.map(([scheduler, { initial, isRequired = false }]) => {
    const value = initial === undefined ? '' : ` ${kind.format(initial)}`;
    return `${scheduler}${isRequired ? ' needs it' : value}`;
  });
  return new Option(`--${kebab(name)} ${kind.placeholder}`, `${help} (${where.join(', ')})`)
    .argParser(readerOf(kind))
    .helpGroup('What a scheduler is asked for:');
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError('create', folder, error);
  }
}

async function runTrials(
  args: readonly string[],
  flags: TrialsFlags,
  self: Command,
): Promise<void> {
  const { seeds, architectures, out, program, name } = flags;
  const scheduler = schedulerNamed(flags.for);
  const isHere = scheduler.name !== 'kubernetes';
  const folder = isHere ? resolve(out) : posix.normalize(out);
  await checkTrainingArguments(args, {
    command: self,
    own: OWN,
    namesArchitecture: architectures !== undefined,
    isHere,
  });
  for (const source of isHere ? (architectures ?? []) : []) {
    await architectureFrom(source);
  }
  const trials = listTrials({ args, folder, seeds, architectures });
  const options = Object.fromEntries(
    [...schedulerOptions().keys()].flatMap((key) =>
      flags[key] === undefined ? [] : [[key, flags[key]]],
    ),
  );
  const script = trialScript({
    trials,
    folder,
    scheduler: scheduler.name,
    options,
    program,
    name,
    madeBy: `${count(trials.length, 'trial')} of autodeeplab ${shellWords(args)}`,
  });
  if (scheduler.needsFolder) {
    await makeFolder(folder);
  }
  process.stdout.write(script);
  console.error(`${count(trials.length, 'trial')}; ${scheduler.advice}`);
}

/** The command `trials`. */
export function trialsCommand(): Command {
  const list = SCHEDULERS.map(({ name, summary }) => `  ${name.padEnd(10)}  ${summary}`).join('\n');
  const command = new Command('trials')
    .description('print a script that runs a search or retraining under many seeds')
    .argument('<command...>', 'search or retrain with its arguments, behind --')
    .requiredOption('--seeds <list>', 'one trial for each, such as 1-10 or 1,4,7-9', seedList)
    .option(
      '--architectures <sources...>',
      'retrain each, under each seed: architecture.json, the folder of a search, or published',
    )
    .addOption(
      new Option('--for <scheduler>', 'what runs them')
        .choices(SCHEDULERS.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'the folder in which each trial gets one, such as seed-3')
    .option('--name <name>', 'the name of the job (that of the folder)')
    .option(
      '--program <words>',
      'how the trials call autodeeplab (this installation; kubernetes autodeeplab)',
    );
  for (const [name, all] of schedulerOptions()) {
    command.addOption(schedulerFlag(name, all));
  }
  return command
    .addHelpText(
      'after',
      `\nSchedulers:\n${list}\n` +
        '\nExample:\n' +
        '  npx autodeeplab trials --seeds 1-10 --for slurm --out runs/ten -- \\\n' +
        '    search --data camvid --root /data/CamVid --preset laptop | sbatch\n' +
        'What is stopped is resumed when it is started again; collect makes a table of all of them.',
    )
    .action(runTrials);
}
