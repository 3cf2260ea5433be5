import { constants, copyFile, open, stat, type FileHandle } from 'node:fs/promises';
import { ConfigError, DataError } from '../errors.js';
import { writeBytes, writeFileAtomic } from '../files/atomic-file.js';
import { errorCode, fileError } from '../files/file-error.js';
import { describeLoss, notAHistory, readContent } from './history.js';
import { checkEntry, type HistoryEntry, type HistoryRow } from './history-row.js';
import {
  encodeBatch,
  encodeSchema,
  type HistoryOwner,
  type StreamContent,
} from './history-stream.js';

/** The whole file with rows of these numbers: a batch for each run of consecutive ones. */
function wholeFile(
  rows: readonly HistoryRow[],
  numbers: readonly number[],
  owner: HistoryOwner,
): Uint8Array[] {
  const starts = numbers.flatMap((number, i) => (number - 1 === numbers[i - 1] ? [] : [i]));
  const batches = starts.map((start, i) =>
    encodeBatch(rows.slice(start, starts[i + 1]), numbers[start], owner.run),
  );
  return [encodeSchema(owner), ...batches];
}

/** How a history is opened for writing. */
export interface HistoryOptions extends HistoryOwner {
  /** Called before each writing; throws if the file may no longer be written. */
  readonly guard?: () => Promise<void>;
}

/** Throws unless a history belongs to the search space that writes it. */
function checkSearchSpace(file: string, stored: HistoryOwner, own: HistoryOwner): void {
  const text = ({ searchSpace }: HistoryOwner) =>
    Buffer.from(encodeSchema({ searchSpace })).toString('latin1');
  if (text(stored) !== text(own)) {
    const [expected, got] = [own, stored].map(({ searchSpace }) =>
      JSON.stringify(searchSpace ?? null),
    );
    throw new ConfigError(
      `${file}: expected the history of the search space ${expected}, got that of ${got}; ` +
        'start a new run in another folder',
    );
  }
}

/** Throws unless a history belongs to the run that writes it. */
function checkRun(file: string, stored: HistoryOwner, own: HistoryOwner): void {
  if (stored.run !== own.run) {
    throw new DataError(
      `${file}: expected the history of this run, got that of another one; restore the file, or ` +
        'move it away to go on without the rows so far',
      file,
    );
  }
}

/** The content of a file, or undefined if there is no file or nothing in it can be read. */
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

/** Copies a damaged file beside itself, under a name that is free. */
async function keepDamaged(file: string): Promise<string> {
  for (let n = 1; ; n++) {
    const copy = `${file}.damaged${n === 1 ? '' : `-${n}`}`;
    try {
      await copyFile(file, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
    }
  }
}

/** What a history holds that a run continues: its rows and what is to be said of it. */
interface Opened extends Pick<StreamContent, 'rows' | 'numbers'> {
  /** The length of the file if batches can be appended to it as it is; else it is written anew. */
  readonly appendAt: number | undefined;
  readonly notes: readonly string[];
}

/** Reads what is there of a history of which a run has written a number of rows. */
async function readForWriting(
  file: string,
  rowsBefore: number,
  owner: HistoryOwner,
): Promise<Opened> {
  const content = await contentIfAny(file);
  const isThere = content !== undefined || (await stat(file).catch(() => undefined)) !== undefined;
  if (content === undefined && isThere && rowsBefore === 0) {
    throw notAHistory(file);
  }
  if (content?.hasSchema) {
    checkSearchSpace(file, content, owner);
  }
  if (content !== undefined) {
    checkRun(file, content, owner);
  }
  const { rows: all = [], numbers: allNumbers = [], tail = 'damaged' } = content ?? {};
  const kept = all.filter((_, i) => allNumbers[i] < rowsBefore);
  const numbers = allNumbers.filter((number) => number < rowsBefore);
  const copy = isThere && tail === 'damaged' ? await keepDamaged(file) : undefined;
  const loss = describeLoss({ rows: kept, numbers }, rowsBefore);
  const where = copy === undefined ? 'the file was removed or cut' : `the old file is ${copy}`;
  const isReady = content?.isAppendable === true && tail === 'whole' && kept.length === all.length;
  return {
    rows: kept,
    numbers,
    appendAt: isReady ? content.intactBytes : undefined,
    notes: loss === undefined ? [] : [`${file}: ${loss}; ${where}`],
  };
}

/** Where a writer begins. */
interface WriterPlace extends Pick<HistoryOwner, 'run'> {
  /** Bytes of the file. */
  readonly length: number;
  /** Rows in the file and before it, by their numbers. */
  readonly written: number;
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
  private handle: FileHandle;
  private readonly guard: () => Promise<void>;
  private readonly run: string | undefined;
  private length: number;
  /** Rows in the file and before it, by their numbers. */
  private written: number;
  private pending: HistoryEntry[] = [];
  private flushing: Promise<void> = Promise.resolve();
  private notes: string[];

  private constructor(
    file: string,
    handle: FileHandle,
    { length, written, run }: WriterPlace,
    notes: readonly string[],
    guard: () => Promise<void>,
  ) {
    this.file = file;
    this.handle = handle;
    this.guard = guard;
    this.length = length;
    this.written = written;
    this.run = run;
    this.notes = [...notes];
  }

  /**
   * Opens a history to continue it; creates the file if there is none.
   *
   * Rows beyond those that the run had written at its checkpoint are removed, so that a resumed run
   * writes each row once. Of a damaged file a copy is kept as `<file>.damaged`, and the history
   * continues with the rows that are intact.
   *
   * @param rowsBefore - the rows written when the run saved the checkpoint that it resumes from; 0
   *   for a new run
   * @throws {@link ConfigError} if the file is the history of another search space
   * @throws {@link DataError} if the file is not a history or cannot be written
   */
  static async open(
    file: string,
    rowsBefore: number,
    { guard = () => Promise.resolve(), ...owner }: HistoryOptions = {},
  ): Promise<HistoryWriter> {
    try {
      await guard();
      const { rows, numbers, appendAt, notes } = await readForWriting(file, rowsBefore, owner);
      let length = appendAt;
      if (length === undefined) {
        const pieces = wholeFile(rows, numbers, owner);
        await writeFileAtomic(file, pieces);
        length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      }
      const place = { length, written: rowsBefore, run: owner.run };
      return new HistoryWriter(file, await open(file, 'r+'), place, notes, guard);
    } catch (error) {
      throw fileError('open', file, error);
    }
  }

  /** How many rows the run has written so far, those in memory included. */
  get rows(): number {
    return this.written + this.pending.length;
  }

  /** What is to be said of the file since the last call, such as lost rows. */
  takeNotes(): readonly string[] {
    const { notes } = this;
    this.notes = [];
    return notes;
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
   * A file that was removed or replaced in the meantime is put back with all its rows.
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
    const bytes = encodeBatch(rows, this.written, this.run);
    try {
      await this.restoreIfGone();
      await writeBytes(this.handle, bytes, this.length);
      await this.handle.sync();
    } catch (error) {
      await this.handle.truncate(this.length).catch(() => undefined);
      throw fileError('write', this.file, error);
    }
    this.length += bytes.length;
    this.written += rows.length;
    this.pending = this.pending.slice(rows.length);
  }

  /** Puts the file back from the one that is still open, if its name leads elsewhere or nowhere. */
  private async restoreIfGone(): Promise<void> {
    const [there, own] = await Promise.all([
      stat(this.file, { bigint: true }).catch(() => undefined),
      this.handle.stat({ bigint: true }),
    ]);
    if (there?.ino === own.ino && there.dev === own.dev) {
      return;
    }
    const bytes = Buffer.alloc(this.length);
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, 0);
    await writeFileAtomic(this.file, bytes.subarray(0, bytesRead));
    const restored = await open(this.file, 'r+');
    await this.handle.close();
    this.handle = restored;
    this.length = bytesRead;
    this.notes.push(
      `${this.file} was ${there ? 'replaced' : 'removed'} while the run went on; it is restored`,
    );
  }
}
