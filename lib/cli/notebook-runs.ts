/** Running notebooks one after another, with progress and with failures shown. */
import type { BackendChoice } from '../backend/backend-name.js';
import { notebookName } from '../notebook/run/find-notebooks.js';
import type { Notebook } from '../notebook/run/notebook.js';
import { readNotebook } from '../notebook/run/read-notebook.js';
import {
  runNotebook,
  type NotebookFailure,
  type NotebookRun,
} from '../notebook/run/run-notebook.js';
import { duration } from '../duration.js';
import { count } from '../text.js';
import { valuesFor, type Assignment } from './notebook-parameters.js';
import { NotebookProgress } from './notebook-progress.js';

/** A notebook that was run. */
export interface FinishedNotebook {
  readonly file: string;
  readonly name: string;
  /** As it was read. */
  readonly original: Notebook;
  readonly run: NotebookRun;
}

/** What to run and how. */
export interface RunsOptions {
  readonly files: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly backend: BackendChoice;
  /** The longest that a cell may take, in seconds. */
  readonly cellTimeout: number;
  readonly signal: AbortSignal;
  /** Called after each; returns text to add to its line. */
  readonly onEnd?: (finished: FinishedNotebook) => Promise<string | undefined>;
}

const indented = (text: string): string => text.replace(/^/gmu, '    ');

function placeOf({ number, of }: NotebookFailure): string {
  return number === 0 ? 'before the first cell' : `in cell ${number} of ${of}`;
}

/** What failed, where, and why, in several lines. */
export function describeFailure(name: string, failure: NotebookFailure): string {
  const { source, error } = failure;
  return [
    `${name} failed ${placeOf(failure)}`,
    ...(source === '' ? [] : ['', indented(source), '']),
    ...error.traceback,
  ].join('\n');
}

function resultText({ run }: FinishedNotebook): string {
  const { failure, notebook, seconds } = run;
  const executed = notebook.cells.filter(
    (cell) => cell.cell_type === 'code' && cell.execution_count !== null,
  ).length;
  const end =
    failure === undefined
      ? count(executed, 'cell')
      : `${failure.kind === 'interrupted' ? 'stopped' : 'failed'} ${placeOf(failure)}`;
  return `${end}, ${duration(seconds)}`;
}

/**
 * Runs notebooks in order and continues after one that fails; an interruption ends the series.
 *
 * Each gets one line on standard error, followed by what failed.
 *
 * @throws {@link DataError} if one cannot be read, {@link ConfigError} if parameters do not fit
 */
export async function runNotebooks(options: RunsOptions): Promise<FinishedNotebook[]> {
  const { files, assignments, signal, onEnd, ...common } = options;
  const originals = await Promise.all(files.map(readNotebook));
  const values = valuesFor(originals, assignments);
  const names = files.map(notebookName);
  const progress = new NotebookProgress(Math.max(...names.map(({ length }) => length)));
  const finished: FinishedNotebook[] = [];
  for (const [i, file] of files.entries()) {
    if (signal.aborted) {
      break;
    }
    const [name, original] = [names[i], originals[i]];
    progress.begin(name);
    try {
      const run = await runNotebook({
        notebook: original,
        file,
        parameters: values[i],
        ...common,
        signal,
        onCell: progress.onCell,
      });
      const one = { file, name, original, run };
      finished.push(one);
      const more = await onEnd?.(one);
      progress.end(resultText(one) + (more === undefined ? '' : `, ${more}`));
      if (run.failure && run.failure.kind !== 'interrupted') {
        console.error(`\n${describeFailure(name, run.failure)}\n`);
      }
    } finally {
      progress.stop();
    }
  }
  return finished;
}
