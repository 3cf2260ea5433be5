/** A run as a folder. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, DataError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { removeTemporaryFiles } from '../files/temporary-file.js';
import { fileError } from '../files/file-error.js';
import { findJsonFile, jsonText } from '../files/json-file.js';
import { FileLock } from '../files/lock.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { CheckpointStore } from './checkpoint.js';
import { addSession } from './environment.js';
import type { ConfigDifference } from './config-difference.js';
import { readHistory, type RunHistory } from './history.js';
import { RUN_LOCK } from './holder.js';
import { HistoryWriter } from './history-writer.js';
import { Manifest, MANIFEST } from './manifest.js';
import {
  changedSettings,
  checkResume,
  findSettings,
  readSettings,
  rewriteSettings,
  writeSettings,
  type ConfigChange,
  type ResumeSettings,
  type RunSettings,
  type StoredSettings,
} from './settings.js';

const HISTORY = 'history.arrow';
const CHECKPOINTS = 'checkpoints';

/** The JSON documents that a run may hold besides its configuration. */
export type RunDocument =
  | 'architecture'
  | 'data'
  | 'decode'
  | 'metrics'
  | 'halves'
  | 'labels'
  | 'initial-weights'
  | 'class-weights'
  | 'class-counts'
  | 'skipped-images'
  | 'end';

/** Other options of a run's folder. */
export interface RunOptions {
  /** How many of the last checkpoints stay; 3 by default. */
  readonly keepCheckpoints?: number;
}

/**
 * The folder of one run: `config.json`, `environment.json`, `history.arrow`, `checkpoints/` and,
 * written during the run, `architecture.json`, `data.json`, `metrics.json`, `halves.json`,
 * `labels.json`, `initial-weights.json`, `class-weights.json`, `class-counts.json`,
 * `skipped-images.json`, `end.json`.
 *
 * One process at a time may write it. Every file is complete at any moment, even if the program is
 * killed. `manifest.json` knows what each document held when it was written, and a document that was
 * edited, exchanged or damaged since is refused.
 *
 * @example
 * const run = await RunDirectory.create('runs/first', { kind: 'search', config, seed: 1 });
 * const history = await run.openHistory(0);
 * // …
 * await history.close();
 * await run.close();
 */
export class RunDirectory {
  readonly folder: string;
  readonly kind: string;
  readonly seed: number;
  readonly checkpoints: CheckpointStore;
  /** What the resume changed, to be recorded. */
  readonly differences: readonly ConfigDifference[];
  private readonly manifest: Manifest;
  private settings: StoredSettings;
  private lock: FileLock | undefined;

  private constructor(
    folder: string,
    settings: StoredSettings,
    manifest: Manifest,
    lock: FileLock | undefined,
    { keepCheckpoints = 3 }: RunOptions = {},
    differences: readonly ConfigDifference[] = [],
  ) {
    this.folder = folder;
    this.kind = settings.kind;
    this.seed = settings.seed;
    this.settings = settings;
    this.manifest = manifest;
    this.differences = differences;
    this.lock = lock;
    this.checkpoints = new CheckpointStore(join(folder, CHECKPOINTS), {
      keep: keepCheckpoints,
      run: manifest.run,
      guard: () => this.verify(),
    });
  }

  /**
   * Starts a run in a new or empty folder.
   *
   * @throws {@link ConfigError} if the folder holds a run or other files
   * @throws {@link DataError} if it cannot be written
   */
  static async create(
    folder: string,
    settings: RunSettings,
    options?: RunOptions,
  ): Promise<RunDirectory> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw fileError('create', folder, error);
    }
    const before = await findSettings(folder);
    if (before !== undefined) {
      throw new ConfigError(
        `${folder}: expected a new or empty folder, got one with a ${before.kind} run; ` +
          'continue that run with { resume: true }, or choose another folder',
      );
    }
    return RunDirectory.locked(folder, async (lock) => {
      await removeTemporaryFiles(folder);
      // A manifest and what it lists, alone: killed before there was a configuration.
      const before = await Manifest.find(folder).catch(() => undefined);
      const others = (await readdir(folder)).filter(
        (name) => ![RUN_LOCK, MANIFEST].includes(name) && before?.lists(name) !== true,
      );
      if (others.length > 0) {
        throw new ConfigError(
          `${folder}: expected a new or empty folder, got one with ${others.length} entries ` +
            `(${others.slice(0, 3).join(', ')}); choose another folder`,
        );
      }
      const manifest = await writeSettings(folder, settings);
      await addSession(folder, settings.environment);
      return new RunDirectory(folder, settings, manifest, lock, options);
    });
  }

  /**
   * Opens a run to continue it, or to add documents.
   *
   * @param settings - must agree with those of the start, and the process becomes a session of the
   *   run; leave out to take them as they are, such as to add a document
   * @throws {@link ConfigError} if the kind, the seed or the configuration differ; lists where
   * @throws {@link DataError} if there is no run, another process writes it, it cannot be written, or
   *   a document of it is not what the run wrote
   */
  static async resume(
    folder: string,
    settings?: ResumeSettings,
    options?: RunOptions,
  ): Promise<RunDirectory> {
    const stored = await readSettings(folder);
    const differences = settings === undefined ? [] : checkResume(folder, stored, settings);
    return RunDirectory.locked(folder, async (lock) => {
      await removeTemporaryFiles(folder);
      await mkdir(join(folder, CHECKPOINTS), { recursive: true });
      await removeTemporaryFiles(join(folder, CHECKPOINTS));
      const manifest = await Manifest.open(folder);
      if (settings !== undefined) {
        await manifest.checkAll();
        await addSession(folder, settings.environment);
      }
      return new RunDirectory(folder, stored, manifest, lock, options, differences);
    });
  }

  /**
   * Opens a run for reading, also while another process writes it.
   *
   * @throws {@link DataError} if there is no run
   */
  static async open(folder: string): Promise<RunDirectory> {
    const settings = await readSettings(folder);
    return new RunDirectory(folder, settings, await Manifest.open(folder), undefined);
  }

  /** True while this object may write the run. */
  get isWritable(): boolean {
    return this.lock !== undefined;
  }

  /** The resolved configuration: as the run was started with, and as resumes have changed it. */
  get config(): object {
    return this.settings.config;
  }

  /** What resumes have changed in it, the first change first. */
  get changes(): readonly ConfigChange[] {
    return this.settings.changes ?? [];
  }

  /**
   * Writes what the resume changed into `config.json`.
   *
   * @param afterStep - steps done before
   * @param differences - those that hold from there on; all by default
   */
  async recordDifferences(afterStep: number, differences = this.differences): Promise<void> {
    if (differences.length > 0) {
      await this.verify();
      const before = this.settings;
      const now = changedSettings(before, differences, afterStep);
      await rewriteSettings(this.folder, this.manifest, { before, now });
      this.settings = now;
    }
  }

  /** The path of the history file. */
  get historyFile(): string {
    return join(this.folder, HISTORY);
  }

  /**
   * The history, to be continued.
   *
   * @param rowsBefore - the rows written at the checkpoint that the run resumes from, 0 without one;
   *   later ones are removed
   * @param searchSpace - what α and β belong to, in a search
   */
  openHistory(rowsBefore: number, searchSpace?: SearchSpaceShape): Promise<HistoryWriter> {
    const guard = () => this.verify();
    const { run } = this.manifest;
    return HistoryWriter.open(this.historyFile, rowsBefore, { searchSpace, run, guard });
  }

  /** The history, see {@link readHistory}. */
  readHistory(): Promise<RunHistory> {
    return readHistory(this.historyFile);
  }

  /** Writes a document as `<name>.json`, in one step; NaN becomes null. */
  write(name: RunDocument, value: unknown): Promise<void> {
    return this.writeText(name, jsonText(value));
  }

  /** Writes a document as `<name>.json` in one step, in a text of its own. */
  async writeText(name: RunDocument, text: string): Promise<void> {
    await this.verify();
    await this.manifest.announce(`${name}.json`, text);
    await writeFileAtomic(join(this.folder, `${name}.json`), text);
  }

  /**
   * Reads a document.
   *
   * @returns its JSON value, to be checked by the reader; undefined if there is none yet
   * @throws {@link DataError} if it is not what the run wrote
   */
  async read(name: RunDocument): Promise<unknown> {
    // Another process may have written the document since this object was made.
    const manifest = this.isWritable ? this.manifest : await Manifest.open(this.folder);
    await manifest.check(`${name}.json`);
    return findJsonFile(join(this.folder, `${name}.json`));
  }

  /** Removes a document, if there is one. */
  async remove(name: RunDocument): Promise<void> {
    await this.verify();
    await rm(join(this.folder, `${name}.json`), { force: true });
  }

  /** Releases the folder for other writers; nothing can be written afterwards. */
  async close(): Promise<void> {
    const { lock } = this;
    this.lock = undefined;
    await lock?.release();
  }

  /** Throws unless this object may write the run. */
  private async verify(): Promise<void> {
    if (this.lock === undefined) {
      throw new DataError(
        `${this.folder}: expected a run opened for writing, got one for reading or closed`,
        this.folder,
      );
    }
    await this.lock.verify();
  }

  /** Runs the start of a run under its lock, which is released if that fails. */
  private static async locked(
    folder: string,
    start: (lock: FileLock) => Promise<RunDirectory>,
  ): Promise<RunDirectory> {
    const lock = await FileLock.acquire(join(folder, RUN_LOCK));
    try {
      return await start(lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }
}
