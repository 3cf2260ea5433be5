/** `autodeeplab notebook`: lists notebooks and runs them without Jupyter. */
import { Command, InvalidArgumentError } from 'commander';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BackendChoice } from '../backend/backend-name.js';
import { ConfigError, DataError } from '../errors.js';
import { readIntroduction, type Introduction } from '../notebook/gallery/introduction.js';
import { writeGallery } from '../notebook/gallery/write-gallery.js';
import {
  compareNotebooks,
  DEFAULT_TOLERANCE,
  type OutputDifference,
} from '../notebook/run/compare-notebooks.js';
import {
  findNotebook,
  listNotebooks,
  notebookFolder,
  notebookName,
} from '../notebook/run/find-notebooks.js';
import { notebookTitle } from '../notebook/run/notebook.js';
import { declaredParameters } from '../notebook/run/parameters.js';
import { readNotebook } from '../notebook/run/read-notebook.js';
import { noteBackend, notedBackend } from '../notebook/run/noted-backend.js';
import { writeNotebook } from '../notebook/run/write-notebook.js';
import { fileError } from '../files/file-error.js';
import { interruptible } from './interrupt.js';
import { assignment, type Assignment } from './notebook-parameters.js';
import { runNotebooks, type FinishedNotebook } from './notebook-runs.js';
import { anyNumber, backendOption } from './options.js';
import { EXIT } from './report-error.js';

interface RunFlags {
  readonly set?: readonly Assignment[];
  readonly out?: string;
  readonly inPlace?: true;
  readonly check?: true;
  readonly tolerance: number;
  readonly timeout: number;
  readonly backend: BackendChoice;
  readonly html?: true;
  readonly folder: string;
}

/** Where executed notebooks go by default. */
const OUT = path.join('out', 'notebooks');

/** Reads a positive number of seconds. */
export function seconds(text: string): number {
  const value = anyNumber(text);
  if (value <= 0) {
    throw new InvalidArgumentError(`expected more than 0 seconds, got "${text}".`);
  }
  return value;
}

/** Writes executed notebooks into a folder. */
export async function writeExecuted(
  folder: string,
  { name, run }: FinishedNotebook,
): Promise<string> {
  const file = path.join(folder, `${name}.ipynb`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError('create', folder, error);
  });
  await writeNotebook(file, noteBackend(run.notebook, run.backend));
  return file;
}

/** The introduction to a folder of notebooks; without one that can be read, the gallery is written all the same. */
async function introductionOf(folder: string): Promise<Introduction | undefined> {
  try {
    return await readIntroduction(folder);
  } catch (error) {
    if (!(error instanceof DataError)) {
      throw error;
    }
    console.error(`warning: the gallery begins without an introduction: ${error.message}`);
    return undefined;
  }
}

/** Writes a gallery of executed notebooks. */
export async function writeRunGallery(
  folder: string,
  finished: readonly FinishedNotebook[],
  executedFolder: string,
): Promise<string> {
  const first = finished.at(0);
  const introduction = first && (await introductionOf(path.dirname(first.file)));
  return writeGallery({
    folder,
    introduction,
    notebooks: finished.map(({ name, file, run }) => ({
      name,
      file,
      notebook: run.notebook,
      seconds: run.seconds,
      executedFile: path.join(executedFolder, `${name}.ipynb`),
      ...(run.backend !== undefined && { backend: run.backend }),
      failed: run.failure !== undefined,
    })),
  });
}

function describeDifference(name: string, difference: OutputDifference): string {
  const { number, source, place, reason, expected, got } = difference;
  const cut = (text: string) => (text.length > 400 ? `${text.slice(0, 400)} …` : text);
  return [
    `${name}: cell ${number}, ${place}: ${reason}`,
    '',
    source.replace(/^/gmu, '    '),
    '',
    `- ${cut(expected)}`,
    `+ ${cut(got)}`,
    '',
  ].join('\n');
}

/** The first difference from the outputs in the notebook, in words; undefined if there is none. */
function checkOutputs(
  { name, original, run }: FinishedNotebook,
  tolerance: number,
): string | undefined {
  const noted = notedBackend(original);
  const isSameBackend = noted === undefined || run.backend === undefined || noted === run.backend;
  if (!isSameBackend) {
    console.error(
      `${name}: its outputs were made with ${noted}, this run used ${run.backend ?? 'none'}: ` +
        'numbers are not compared',
    );
  }
  const difference = compareNotebooks(original, run.notebook, tolerance, isSameBackend);
  return difference && describeDifference(name, difference);
}

function checkFlags({ set = [], out, inPlace, html }: RunFlags): void {
  if (inPlace && (set.length > 0 || out !== undefined || html)) {
    throw new ConfigError(
      'notebook run: expected --in-place alone, got it with --set, --out or --html; a notebook ' +
        'keeps the outputs of its own parameters',
    );
  }
}

async function runCommand(wanted: readonly string[], flags: RunFlags): Promise<void> {
  checkFlags(flags);
  const { set = [], inPlace, check, tolerance, timeout, backend, html } = flags;
  const all = await listNotebooks(flags.folder);
  const files = wanted.length === 0 ? all : wanted.map((one) => findNotebook(one, all));
  if (files.length === 0) {
    throw new ConfigError(`notebook run: expected notebooks in ${flags.folder}, got none`);
  }
  const writesOut = flags.out !== undefined || html === true || !(inPlace ?? check);
  const out = flags.out ?? OUT;
  const problems: string[] = [];
  const onEnd = async (finished: FinishedNotebook): Promise<string | undefined> => {
    const { file, run } = finished;
    if (writesOut) {
      await writeExecuted(out, finished);
    }
    if (run.failure) {
      return undefined;
    }
    if (inPlace) {
      await writeNotebook(file, noteBackend(run.notebook, run.backend));
    }
    const problem = check && checkOutputs(finished, tolerance);
    if (problem !== undefined) {
      problems.push(problem);
    }
    return check && (problem === undefined ? 'outputs as kept' : 'outputs differ');
  };
  const finished = await interruptible(
    (signal) =>
      runNotebooks({
        files,
        assignments: set,
        backend,
        cellTimeout: timeout,
        signal,
        onEnd,
      }),
    'the notebooks that finished are kept',
  );
  problems.forEach((problem) => {
    console.error(`\n${problem}`);
  });
  if (writesOut && finished) {
    console.log(html ? await writeRunGallery(out, finished, out) : out);
  }
  if (problems.length > 0 || finished?.some(({ run }) => run.failure)) {
    process.exitCode ??= EXIT.error;
  }
}

async function listCommand({ folder }: { readonly folder: string }): Promise<void> {
  for (const file of await listNotebooks(folder)) {
    const notebook = await readNotebook(file);
    console.log(`${notebookName(file)}: ${notebookTitle(notebook) ?? 'without a title'}`);
    for (const { name, source, comment } of declaredParameters(notebook)) {
      console.log(`    ${name} = ${source}${comment === undefined ? '' : `  ${comment}`}`);
    }
  }
}

const folderOption = ['--folder <folder>', 'where the notebooks are', notebookFolder()] as const;

function makeRunCommand(): Command {
  return new Command('run')
    .description('run notebooks in order, without Python and Jupyter')
    .argument('[notebooks...]', 'numbers, names or paths; all of them by default')
    .option('--set <name=value>', 'another value for a parameter; may be repeated', assignment)
    .option('--out <folder>', `where the executed notebooks go (default: "${OUT}")`)
    .option('--in-place', 'keep the outputs in the notebooks themselves')
    .option('--check', 'compare the outputs with those in the notebooks')
    .option(
      '--tolerance <share>',
      'how far apart two numbers may be for --check, as a share of the larger',
      anyNumber,
      DEFAULT_TOLERANCE,
    )
    .option('--timeout <seconds>', 'the longest that a cell may take', seconds, Infinity)
    .option('--html', 'also write web pages')
    .addOption(backendOption())
    .option(...folderOption)
    .addHelpText(
      'after',
      '\nExamples:\n  npx autodeeplab notebook run 04 --set dataRoot=/data/cityscapes --set preset=paper' +
        '\n  npx autodeeplab notebook run --check',
    )
    .action(runCommand);
}

/** The command `notebook`. */
export function notebookCommand(): Command {
  return new Command('notebook')
    .description('list notebooks, or run them without Jupyter')
    .addCommand(
      new Command('list')
        .description('notebooks and their parameters')
        .option(...folderOption)
        .action(listCommand),
    )
    .addCommand(makeRunCommand());
}
