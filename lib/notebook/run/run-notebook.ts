/** Running a notebook without Python: its cells in a process of their own, its outputs collected. */
import path from 'node:path';
import type { BackendChoice } from '../../backend/backend-name.js';
import { runnerError } from './error-output.js';
import type { CellJob, ChildMessage } from './messages.js';
import {
  hasTag,
  isExecutable,
  type Cell,
  type CodeCell,
  type ErrorOutput,
  type Notebook,
} from './notebook.js';
import { runProcess, type ProcessEnd } from './notebook-process.js';
import { OutputLog } from './output-log.js';
import { injectParameters, type ParameterValues } from './parameters.js';

/** The tag of cells that are there to show an error; Jupyter knows it too. */
const MAY_FAIL = 'raises-exception';

/** The beginning of a cell, or its end. */
export interface CellEvent {
  readonly kind: 'cell' | 'cell-end';
  /** The number of the cell among those that are executed, from 1. */
  readonly number: number;
  /** How many are executed in all. */
  readonly of: number;
  /** Seconds since the start of the notebook. */
  readonly seconds: number;
}

/** What to run and how. */
export interface NotebookRunOptions {
  /** The notebook. */
  readonly notebook: Notebook;
  /** Its file: its folder is the current one of its cells, its name appears in errors. */
  readonly file: string;
  /** Values in place of the defaults of its parameters. */
  readonly parameters?: ParameterValues;
  /** The backend that its cells get for `auto`; by default what the environment says. */
  readonly backend?: BackendChoice;
  /** The longest that a cell may take, in seconds; default: no limit. */
  readonly cellTimeout?: number;
  /** More environment variables for its cells. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the run. */
  readonly signal?: AbortSignal;
  /** Called at the beginning and the end of each cell. */
  readonly onCell?: (event: CellEvent) => void;
}

/** Why a notebook did not run to its end. */
export interface NotebookFailure {
  /**
   * - *error*: a cell threw, or does not compile
   * - *timeout*: a cell took too long
   * - *crash*: the process ended on its own, by `process.exit` or a signal
   * - *interrupted*: the run was stopped
   */
  readonly kind: 'error' | 'timeout' | 'crash' | 'interrupted';
  /** The number of the cell among those that are executed, from 1; 0 if none had begun. */
  readonly number: number;
  /** How many are executed in all. */
  readonly of: number;
  /** The cell's code. */
  readonly source: string;
  readonly error: ErrorOutput;
}

/** The outcome of a run. */
export interface NotebookRun {
  /** The notebook with its outputs: of all cells, or of those up to the failure. */
  readonly notebook: Notebook;
  readonly seconds: number;
  /** The backend that the notebook used last; undefined if it used none. */
  readonly backend: string | undefined;
  readonly failure: NotebookFailure | undefined;
}

function jobOf(cells: readonly Cell[]): CellJob[] {
  return cells.flatMap((cell, index) =>
    isExecutable(cell) ? [{ index, source: cell.source, mayFail: hasTag(cell, MAY_FAIL) }] : [],
  );
}

/** What is known of memory as the reason of a crash. */
function memoryReason({ signal, log }: Extract<ProcessEnd, { kind: 'crashed' }>): string {
  if (log.includes('heap out of memory')) {
    return ': out of memory for JavaScript objects; NODE_OPTIONS=--max-old-space-size=MEBIBYTES gives more';
  }
  return signal === 'SIGKILL' ? ': out of memory, perhaps' : '';
}

/** What ended a run early, as an error to show; undefined for an error of a cell. */
function endError(end: ProcessEnd, seconds: number): ErrorOutput | undefined {
  switch (end.kind) {
    case 'timeout':
      return runnerError('CellTimeout', `the cell took longer than ${seconds} s`);
    case 'interrupted':
      return runnerError('Interrupted', 'the run was stopped');
    case 'crashed': {
      const how =
        end.signal === null
          ? `ended with code ${end.code}${end.code === 13 ? ': the cell awaits something that never happens' : ''}`
          : `was ended by ${end.signal}${memoryReason(end)}`;
      const log = end.log.trim();
      return runnerError(
        'ProcessEnded',
        `the process of the notebook ${how}${log === '' ? '' : `; its last output:\n${log}`}`,
      );
    }
    default:
      return undefined;
  }
}

/** The error that a failed cell shows. */
function lastError(log: OutputLog, cell: number): ErrorOutput {
  const errors = log.of(cell).filter((output) => output.output_type === 'error');
  return errors.at(-1) ?? runnerError('Error', 'the cell failed without a message');
}

/** The notebook with numbers and outputs; cells that did not run have neither. */
function executed(notebook: Notebook, log: OutputLog, numbers: ReadonlyMap<number, number>) {
  const fill = (cell: CodeCell, index: number): CodeCell => ({
    ...cell,
    execution_count: numbers.get(index) ?? null,
    outputs: log.of(index),
  });
  return {
    ...notebook,
    cells: notebook.cells.map((cell, i) => (cell.cell_type === 'code' ? fill(cell, i) : cell)),
  };
}

/**
 * Runs a notebook from its first cell to its last, or to the first that fails. A failure is a result,
 * not an exception.
 *
 * Cells run in a process of their own, so that a crash or `process.exit` ends only that. A cell tagged
 * `raises-exception` may fail.
 *
 * @throws {@link ConfigError} if the parameters do not fit
 *
 * @example
 * const notebook = await readNotebook('notebooks/01-search-space.ipynb');
 * const run = await runNotebook({ notebook, file: 'notebooks/01-search-space.ipynb' });
 * run.failure?.error.evalue; // undefined if every cell ran
 */
export async function runNotebook(options: NotebookRunOptions): Promise<NotebookRun> {
  const { file, parameters = {}, backend = 'auto', cellTimeout = Infinity, onCell } = options;
  const notebook = injectParameters(options.notebook, parameters, path.basename(file));
  const cells = jobOf(notebook.cells);
  const log = new OutputLog();
  const numbers = new Map<number, number>();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const onMessage = (message: ChildMessage): void => {
    if (message.kind === 'output') {
      log.add(message.index, message.event);
    } else if (message.kind === 'cell' || message.kind === 'cell-end') {
      if (message.kind === 'cell') {
        numbers.set(message.index, numbers.size + 1);
      }
      const number = numbers.size;
      onCell?.({ kind: message.kind, number, of: cells.length, seconds: seconds() });
    }
  };
  const end = await runProcess({
    folder: path.dirname(path.resolve(file)),
    cells,
    environment: {
      ...(backend === 'auto' ? {} : { AUTODEEPLAB_BACKEND: backend }),
      ...options.environment,
    },
    cellTimeoutMs: cellTimeout * 1000,
    signal: options.signal,
    onMessage,
  });
  const result = { seconds: seconds(), backend: end.kind === 'done' ? end.backend : undefined };
  if (end.kind === 'done') {
    return { ...result, notebook: executed(notebook, log, numbers), failure: undefined };
  }
  const error = endError(end, cellTimeout);
  const { cell } = end;
  if (error !== undefined && cell !== undefined) {
    log.endWith(cell, error);
  }
  const failure: NotebookFailure = {
    kind: end.kind === 'failed' ? 'error' : end.kind === 'crashed' ? 'crash' : end.kind,
    number: cell === undefined ? 0 : (numbers.get(cell) ?? 0),
    of: cells.length,
    source: cell === undefined ? '' : notebook.cells[cell].source,
    error: error ?? lastError(log, cell ?? -1),
  };
  return { ...result, notebook: executed(notebook, log, numbers), failure };
}
