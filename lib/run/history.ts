import { DataError } from '../errors.js';
import { fileError } from '../files/file-error.js';
import { readFile } from '../files/read-file.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { count } from '../text.js';
import type { HistoryRow } from './history-row.js';
import { decodeStream, type StreamContent } from './history-stream.js';

/** The content of a history file; undefined if no part of it is known as that of a history. */
export async function readContent(file: string): Promise<StreamContent | undefined> {
  try {
    return decodeStream(await readFile(file));
  } catch (error) {
    throw fileError('read', file, error);
  }
}

/** The error for a file without a part that is a history. */
export function notAHistory(file: string): DataError {
  return new DataError(
    `${file}: expected a history in Arrow's stream format, got other data`,
    file,
  );
}

/** The history of a run. */
export interface RunHistory {
  /** In the order in which they were written. */
  readonly rows: readonly HistoryRow[];
  /** The search space that α and β belong to; undefined in runs other than searches. */
  readonly searchSpace: SearchSpaceShape | undefined;
  /** Which rows are lost, in words; undefined if none is known to be. */
  readonly damage?: string | undefined;
}

/** Which rows before a number are missing, such as `2 of 40 rows are lost: those after step 12`. */
export function describeLoss(
  { rows, numbers }: Pick<StreamContent, 'rows' | 'numbers'>,
  end: number,
): string | undefined {
  const before = numbers.filter((number) => number < end).length;
  if (before >= end) {
    return undefined;
  }
  const gap = numbers.findIndex((number, i) => number !== i);
  const last = gap === -1 ? rows.length - 1 : gap - 1;
  const place = last < 0 ? 'from the first on' : `behind step ${rows[last].step}`;
  return `${end - before} of ${count(end, 'row')} lost, ${place}`;
}

/**
 * Reads the history of a run, also while the run continues.
 *
 * What a crash cut off at the end is left out. Rows whose bytes are damaged are left out too, and
 * `damage` says so. Python reads an intact file with `pyarrow.ipc.open_stream(file).read_pandas()`.
 *
 * @throws {@link DataError} if the file is missing, not a history, or damaged in its first message
 *
 * @example
 * const { rows } = await readHistory('runs/search/history.arrow');
 * const epochs = rows.filter(({ kind }) => kind === 'epoch');
 */
export async function readHistory(file: string): Promise<RunHistory> {
  const content = await readContent(file);
  if (content === undefined) {
    throw notAHistory(file);
  }
  const { rows, numbers, searchSpace, tail } = content;
  if (!content.hasSchema) {
    throw new DataError(
      `${file}: expected the columns and the search space at its start, got damaged bytes; ` +
        `${count(rows.length, 'row')} behind them are intact: resume the run to repair the file`,
      file,
    );
  }
  const loss = describeLoss(content, (numbers.at(-1) ?? -1) + 1);
  const isEndDamaged = tail === 'damaged' && loss === undefined;
  const damage = isEndDamaged ? `rows behind step ${rows.at(-1)?.step ?? 0} may be lost` : loss;
  return { rows, searchSpace, ...(damage && { damage: `${file} is damaged: ${damage}` }) };
}
