/** `autodeeplab tutorial`: all notebooks on the built-in sample, and a gallery of them. */
import { Command } from 'commander';
import { join } from 'node:path';
import type { BackendChoice } from '../backend/backend-name.js';
import { ConfigError } from '../errors.js';
import { listNotebooks, notebookFolder } from '../notebook/run/find-notebooks.js';
import { duration } from '../duration.js';
import { table } from '../text.js';
import { interruptible } from './interrupt.js';
import { seconds, writeExecuted, writeRunGallery } from './notebook.js';
import { assignment, type Assignment } from './notebook-parameters.js';
import { runNotebooks, type FinishedNotebook } from './notebook-runs.js';
import { backendOption, wholeNumber } from './options.js';
import { runQuickTutorial } from './quick-tutorial.js';
import { EXIT } from './report-error.js';
import { prepareTutorialFolder, writeResults } from './tutorial-folder.js';

interface TutorialFlags {
  readonly out?: string;
  readonly quick?: true;
  readonly seed?: number;
  readonly set?: readonly Assignment[];
  readonly backend: BackendChoice;
  readonly timeout: number;
  readonly folder: string;
}

/** Where the executed notebooks go. */
const NOTEBOOKS = 'notebooks';

/** Where everything goes by default. */
const OUT = join('out', 'tutorial');
const QUICK_OUT = join('out', 'quick');

/** Whether an entry of the folder is of an earlier tutorial and made again. */
const isLeftover = (name: string): boolean =>
  name === NOTEBOOKS || name === 'assets' || name.endsWith('.html');

/** What the results keep of a notebook. */
function outcome({ name, run }: FinishedNotebook): object {
  const { seconds, backend, failure } = run;
  return {
    name,
    seconds,
    backend: backend ?? null,
    failure: failure ? { kind: failure.kind, cell: failure.number, error: failure.error } : null,
  };
}

/** The table at the end. */
function describeOutcome(finished: readonly FinishedNotebook[]): string {
  const rows = finished.map(({ name, run }) => [
    name,
    run.failure ? `failed in cell ${run.failure.number}` : (run.backend ?? ''),
    duration(run.seconds),
  ]);
  return table([['notebook', 'backend', 'time'], ...rows]);
}

async function runTutorial(flags: TutorialFlags): Promise<void> {
  const { out = OUT, seed, set = [], backend, timeout, folder } = flags;
  const assignments: Assignment[] = [
    ...(seed === undefined ? [] : [['seed', String(seed)] as const]),
    ...set,
  ];
  const start = performance.now();
  await prepareTutorialFolder(out, isLeftover);
  const files = await listNotebooks(folder);
  if (files.length === 0) {
    throw new ConfigError(`tutorial: expected notebooks in ${folder}, got none`);
  }
  const onEnd = async (finished: FinishedNotebook): Promise<undefined> => {
    await writeExecuted(join(out, NOTEBOOKS), finished);
  };
  const finished = await interruptible(
    (signal) => runNotebooks({ files, assignments, backend, cellTimeout: timeout, signal, onEnd }),
    'run the tutorial again to start over',
  );
  if (!finished || finished.some(({ run }) => run.failure?.kind === 'interrupted')) {
    return;
  }
  const page = await writeRunGallery(out, finished, join(out, NOTEBOOKS));
  const notebooks = finished.map(outcome);
  const failed = finished.filter(({ run }) => run.failure);
  await writeResults(out, { isComplete: failed.length === 0, notebooks });
  console.log(`\n${describeOutcome(finished)}\n`);
  const time = duration((performance.now() - start) / 1000);
  console.log(`${finished.length} notebooks in ${time}; open ${page} in a browser.`);
  if (failed.length > 0) {
    console.error(`failed: ${failed.map(({ name }) => name).join(', ')}; see above`);
    process.exitCode = EXIT.error;
  }
}

/** The command `tutorial`. */
export function tutorialCommand(): Command {
  return new Command('tutorial')
    .description('run all notebooks on the built-in sample and make web pages of them')
    .option('--quick', 'instead: search, decode, retrain and evaluate without notebooks')
    .option('--out <folder>', `where everything goes (default: "${OUT}", quick: "${QUICK_OUT}")`)
    .option('--seed <n>', 'all randomness follows from it', wholeNumber)
    .option('--set <name=value>', 'another value for a parameter of the notebooks', assignment)
    .option('--timeout <seconds>', 'the longest that a cell may take', seconds, Infinity)
    .option('--folder <folder>', 'where the notebooks are', notebookFolder())
    .addOption(backendOption())
    .action(async (flags: TutorialFlags) => {
      await (flags.quick
        ? runQuickTutorial({ out: QUICK_OUT, seed: 1, ...flags })
        : runTutorial(flags));
    });
}
