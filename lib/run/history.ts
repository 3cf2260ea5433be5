import { copyFile, open, readFile, type FileHandle } from 'node:fs/promises';
import { ConfigError, DataError } from '../errors.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { writeBytes, writeFileAtomic } from '../files/atomic-file.js';
import { errorCode, fileError } from '../files/file-error.js';
import { checkEntry, type HistoryEntry, type HistoryRow } from './history-row.js';
import { decodeStream, encodeBatch, encodeSchema, type StreamContent } from './history-stream.js';

/** The content of a history file. */
async function readContent(file: string): Promise<StreamContent> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw fileError('read', file, error);
  }
  const content = decodeStream(bytes);
  if (content === undefined) {
    throw new DataError(
      `${file}: expected a history in Arrow's stream format, got other data`,
      file,
    );
  }
  return content;
}

/** The history of a run. */
export interface RunHistory {
  /** In the order in which they were written. */
  readonly rows: readonly HistoryRow[];
  /** The search space that α and β belong to; undefined in runs other than searches. */
  readonly searchSpace: SearchSpaceShape | undefined;
}

/**
 * Reads the history of a run, also while the run continues.
 *
 * What a crash cut off at the end is left out. Python reads the same file with
 * `pyarrow.ipc.open_stream(file).read_pandas()`.
 *
 * @throws {@link DataError} if the file is missing or not a history
 *
 * @example
 * const { rows } = await readHistory('runs/search/history.arrow');
 * const epochs = rows.filter(({ kind }) => kind === 'epoch');
 */
export async function readHistory(file: string): Promise<RunHistory> {
  const { rows, searchSpace } = await readContent(file);
  return { rows, searchSpace };
}

/** The whole file with these rows. */
function wholeFile(
  rows: readonly HistoryRow[],
  searchSpace: SearchSpaceShape | undefined,
): Uint8Array[] {
  const schema = encodeSchema(searchSpace);
  return rows.length === 0 ? [schema] : [schema, encodeBatch(rows)];
}

/** How a history is opened for writing. */
export interface HistoryOptions {
  /** The search space that α and β belong to. */
  readonly searchSpace?: SearchSpaceShape | undefined;
  /** Called before each writing; throws if the file may no longer be written. */
  readonly guard?: () => Promise<void>;
}

/** Throws unless a history belongs to the search space that writes it. */
function checkSearchSpace(
  file: string,
  stored: SearchSpaceShape | undefined,
  own: SearchSpaceShape | undefined,
): void {
  const text = (shape: SearchSpaceShape | undefined) =>
    Buffer.from(encodeSchema(shape)).toString('latin1');
  if (text(stored) !== text(own)) {
    throw new ConfigError(
      `${file}: expected the history of the search space ${JSON.stringify(own ?? null)}, got that of ` +
        `${JSON.stringify(stored ?? null)}; start a new run in another folder`,
    );
  }
}

/** The content of a file, or undefined if there is no file. */
async function contentIfAny(file: string): Promise<StreamContent | undefined> {
  try {
    return await readContent(file);
  } catch (error) {
    if (error instanceof DataError && errorCode(error.cause) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/**
 * Appends rows to the history of a run.
 *
 * Rows gather in memory until {@link HistoryWriter.flush}, which appends them as one record batch
 * and waits for the disk. A crash costs at most the rows since the last flush.
 *
 * @example
 * const history = await HistoryWriter.open('history.arrow', 0);
 * history.add({ epoch: 0, step: 10, phase: 'weights', kind: 'epoch', loss: 2.9 });
 * await history.close();
 */
export class HistoryWriter {
  readonly file: string;
  private readonly handle: FileHandle;
  private readonly guard: () => Promise<void>;
  private length: number;
  private pending: HistoryEntry[] = [];
  private flushing: Promise<void> = Promise.resolve();

  private constructor(
    file: string,
    handle: FileHandle,
    length: number,
    guard: () => Promise<void>,
  ) {
    this.file = file;
    this.handle = handle;
    this.guard = guard;
    this.length = length;
  }

  /**
   * Opens a history to continue after a step; creates the file if there is none.
   *
   * Rows of later steps, which a run wrote after its last checkpoint, are removed, so that a resumed
   * run writes each row once. If bytes in the middle are damaged, the file is kept as
   * `<file>.damaged`, and the history continues from its intact part.
   *
   * @param throughStep - the step of the checkpoint that the run resumes from; 0 for a new run
   * @throws {@link ConfigError} if the file is the history of another search space
   * @throws {@link DataError} if the file is not a history or cannot be written
   */
  static async open(
    file: string,
    throughStep: number,
    { searchSpace, guard = () => Promise.resolve() }: HistoryOptions = {},
  ): Promise<HistoryWriter> {
    try {
      await guard();
      const content = await contentIfAny(file);
      if (content !== undefined) {
        checkSearchSpace(file, content.searchSpace, searchSpace);
      }
      const rows = content?.rows.filter(({ step }) => step <= throughStep) ?? [];
      if (content?.tail === 'damaged') {
        await copyFile(file, `${file}.damaged`);
      }
      let length = content?.intactBytes ?? 0;
      const isReady = content?.isAppendable === true && content.tail === 'whole';
      if (!isReady || rows.length < content.rows.length) {
        const pieces = wholeFile(rows, searchSpace);
        await writeFileAtomic(file, pieces);
        length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      }
      return new HistoryWriter(file, await open(file, 'r+'), length, guard);
    } catch (error) {
      throw fileError('open', file, error);
    }
  }

  /**
   * Adds a row, in memory.
   *
   * @throws {@link ConfigError} if epoch or step is not a whole number from 0, or phase or kind is empty
   */
  add(entry: HistoryEntry): void {
    checkEntry(entry);
    this.pending.push(entry);
  }

  /**
   * Appends all rows added so far to the file and waits until they are on the disk.
   *
   * @throws {@link DataError} if that fails; the file is as before, and the rows stay in memory for
   *   another try
   */
  flush(): Promise<void> {
    this.flushing = this.flushing.catch(() => undefined).then(() => this.appendPending());
    return this.flushing;
  }

  /** Flushes and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.handle.close();
    }
  }

  private async appendPending(): Promise<void> {
    const rows = this.pending;
    if (rows.length === 0) {
      return;
    }
    await this.guard();
    const bytes = encodeBatch(rows);
    try {
      await writeBytes(this.handle, bytes, this.length);
      await this.handle.sync();
    } catch (error) {
      await this.handle.truncate(this.length).catch(() => undefined);
      throw fileError('write', this.file, error);
    }
    this.length += bytes.length;
    this.pending = this.pending.slice(rows.length);
  }
}
