/** The files of one run while it is running: folder, history, checkpoints of a program's state. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { DataError, NumericError } from '../errors.js';
import { firstNonFinite, type NamedArrays } from '../files/arrays.js';
import { writeCheckpoint, type StoredCheckpoint } from '../run/checkpoint-file.js';
import type { SaveOptions } from '../run/checkpoint.js';
import type { HistoryEntry } from '../run/history-row.js';
import type { HistoryWriter } from '../run/history-writer.js';
import { RunDirectory, type RunDocument } from '../run/directory.js';
import { describeEnvironmentChange } from '../run/environment.js';
import type { ResumeSettings } from '../run/settings.js';
import { abortable } from '../interrupt.js';
import { arraysToTensors, tensorsToArrays } from '../files/tensor-arrays.js';
import type { Program } from '../runtime/program.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { changesOf, type ResumeChanges } from './run-length.js';
import {
  AT_START,
  historyRowsOf,
  stateArrays,
  toCheckpoint,
  toPosition,
  type Position,
} from './position.js';

/** Why a run ended. */
export interface RunEnd {
  readonly reason: 'length' | 'early stopping';
  /** The same in words. */
  readonly text: string;
}

/** What {@link RunSession.open} needs. */
export interface SessionOptions extends ResumeSettings {
  readonly folder: string;
  /** Whether to continue the run in the folder; false: start one in a new or empty folder. */
  readonly resume: boolean;
  /** How many of the last checkpoints stay. */
  readonly keepCheckpoints?: number;
  /** The search space that α and β of the history belong to. */
  readonly searchSpace?: SearchSpaceShape;
  /** The documents that follow the last step: a run that goes on no longer has them. */
  readonly outcomes?: readonly RunDocument[] | undefined;
  /** Stops the reading of the checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/** The file that keeps the state in which a loss was not finite; no run resumes from it. */
const FAILURE = 'failed.safetensors';

/** Rows of the history stay in memory for about this long at most. */
const FLUSH_MS = 5000;

/** One run opened for writing. */
export class RunSession {
  readonly run: RunDirectory;
  /** Where the run stands when it is opened. */
  readonly start: Position;
  /** Remarks on the opening: where it resumed, which checkpoints were skipped. */
  readonly notes: readonly string[];
  private readonly options: Pick<SessionOptions, 'searchSpace' | 'outcomes'>;
  private history: HistoryWriter;
  private checkpoint: StoredCheckpoint | undefined;
  private flushedAt = performance.now();

  private constructor(
    run: RunDirectory,
    history: HistoryWriter,
    checkpoint: StoredCheckpoint | undefined,
    notes: readonly string[],
    options: Pick<SessionOptions, 'searchSpace' | 'outcomes'>,
  ) {
    this.run = run;
    this.options = options;
    this.history = history;
    this.checkpoint = checkpoint;
    this.start = checkpoint ? toPosition(checkpoint) : AT_START;
    this.notes = notes;
  }

  /**
   * Starts or resumes a run.
   *
   * @throws {@link ConfigError} if a new run's folder holds files, or the settings differ from those
   *   of the run to resume
   * @throws {@link DataError} if there is no run to resume, or it cannot be read or written
   */
  static async open(options: SessionOptions): Promise<RunSession> {
    const { folder, resume, keepCheckpoints = 3, environment } = options;
    const change = resume ? await describeEnvironmentChange(folder, environment) : undefined;
    const run = resume
      ? await RunDirectory.resume(folder, options, { keepCheckpoints })
      : await RunDirectory.create(folder, options, { keepCheckpoints });
    try {
      const found = resume ? await abortable(run.checkpoints.latest(), options.signal) : undefined;
      const notes = (found?.skipped ?? []).map(({ reason }) => `skipped a checkpoint: ${reason}`);
      if (change !== undefined) {
        notes.push(change);
      }
      if (resume) {
        notes.push(
          found
            ? `resumed after step ${found.checkpoint.step} (${found.file})`
            : `${folder} has no checkpoint yet; starting from the first step`,
        );
      }
      if (found) {
        await run.checkpoints.repairBest(found);
      }
      const { searchSpace } = options;
      const history = await run.openHistory(historyRowsOf(found?.checkpoint), searchSpace);
      const all = [...notes, ...history.takeNotes()];
      return new RunSession(run, history, found?.checkpoint, all, options);
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /**
   * Puts the state of the checkpoint that the run resumes from into a program; a new run keeps the
   * program's state.
   *
   * @throws {@link DataError} if the checkpoint holds other tensors than the program
   */
  restore(program: Program): void {
    if (this.checkpoint === undefined) {
      return;
    }
    const arrays = stateArrays(this.checkpoint);
    const expected = program.state();
    const names = Object.keys(expected);
    const wrong =
      names.find((name) => String(arrays[name]?.shape) !== String(expected[name].shape)) ??
      Object.keys(arrays).find((name) => !(name in expected));
    tf.dispose(expected);
    if (wrong !== undefined) {
      throw new DataError(
        `${this.run.folder}: expected a checkpoint of this network, got one that differs in ` +
          `"${wrong}"; it was written by another version of the library: start a new run`,
        this.run.folder,
      );
    }
    const tensors = arraysToTensors(arrays);
    program.load(tensors);
    tf.dispose(tensors);
    this.checkpoint = undefined;
  }

  /**
   * Goes back to a checkpoint: the program's state, and the history as it was then.
   *
   * @param step - of the checkpoint; if it is gone or damaged, the newest one is taken
   * @returns its position
   * @throws {@link DataError} if there is none that can be read
   */
  async rollBack(program: Program, step: number): Promise<Position> {
    const { checkpoints, folder } = this.run;
    const checkpoint = (await checkpoints.at(step)) ?? (await checkpoints.latest())?.checkpoint;
    if (checkpoint === undefined) {
      throw new DataError(`${folder}: expected a checkpoint to go back to, got none`, folder);
    }
    await this.history.close();
    this.history = await this.run.openHistory(historyRowsOf(checkpoint), this.options.searchSpace);
    this.checkpoint = checkpoint;
    this.restore(program);
    return toPosition(checkpoint);
  }

  /**
   * Records why the run ended, in the history and in `end.json`, unless it was recorded before.
   *
   * @returns whether it was recorded
   */
  async recordEnd({ step, epoch, best }: Position, end: RunEnd): Promise<boolean> {
    if ((await this.run.read('end')) !== undefined) {
      return false;
    }
    this.history.add({ epoch, step, phase: end.text, kind: 'end' });
    await this.flush();
    await this.run.write('end', {
      ...end,
      step,
      epoch,
      bestMeanIou: best.meanIou,
      bestStep: best.step,
    });
    return true;
  }

  /**
   * Records what the resume changed.
   *
   * @param goesOn - whether there is a step left to train
   */
  async recordChanges(goesOn: boolean): Promise<ResumeChanges> {
    const hadEnded = (await this.run.read('end')) !== undefined;
    const changes = changesOf(this.run.differences, { goesOn, hadEnded });
    await this.run.recordDifferences(this.start.step, changes.made);
    return changes;
  }

  /** Notes that a run that had ended goes on: what followed its end then is no longer true. */
  async goOn(): Promise<void> {
    for (const name of [...(this.options.outcomes ?? []), 'end'] as const) {
      await this.run.remove(name);
    }
  }

  /** Adds a row to the history; it reaches the disk within seconds or with the next checkpoint. */
  async record(entry: HistoryEntry): Promise<void> {
    this.history.add(entry);
    if (performance.now() - this.flushedAt > FLUSH_MS) {
      await this.flush();
    }
  }

  /**
   * Writes the program's state and the rows so far to the disk.
   *
   * @returns the checkpoint's file
   * @throws {@link NumericError} if the state is not finite
   */
  async save(program: Program, position: Position, options?: SaveOptions): Promise<string> {
    await this.flush();
    const state = await this.finiteState(program, position);
    return this.run.checkpoints.save(toCheckpoint(position, this.history.rows, state), options);
  }

  /**
   * The program's state.
   *
   * @throws {@link NumericError} if it holds NaN or an infinity; it is kept for inspection
   */
  async finiteState(program: Program, position: Position): Promise<NamedArrays> {
    const state = await readState(program);
    const wrong = firstNonFinite(state);
    if (wrong !== undefined) {
      const file = await this.saveFailure(program, position);
      throw new NumericError(
        `${this.run.folder}: expected finite numbers, got ${wrong.value} in ${wrong.name} after ` +
          `step ${position.step}; the state is kept in ${file} and the checkpoints before it stay`,
      );
    }
    return state;
  }

  /** Keeps the state of a failed run for inspection, beside the checkpoints. */
  async saveFailure(program: Program, position: Position): Promise<string> {
    await this.flush();
    const file = join(this.run.folder, FAILURE);
    await writeCheckpoint(
      file,
      toCheckpoint(position, this.history.rows, await readState(program)),
    );
    return file;
  }

  /** What is to be said of the run's files since the last call. */
  takeNotes(): readonly string[] {
    return this.history.takeNotes();
  }

  /** Writes what is still in memory and releases the folder. */
  async close(): Promise<void> {
    try {
      await this.history.close();
    } finally {
      await this.run.close();
    }
  }

  private async flush(): Promise<void> {
    await this.history.flush();
    this.flushedAt = performance.now();
  }
}

async function readState(program: Program): Promise<NamedArrays> {
  const tensors = program.state();
  try {
    return await tensorsToArrays(tensors);
  } finally {
    tf.dispose(tensors);
  }
}
