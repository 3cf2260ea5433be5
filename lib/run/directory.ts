import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, DataError } from '../errors.js';
import { removeTemporaryFiles } from '../files/atomic-file.js';
import { CheckpointStore } from './checkpoint.js';
import { configDifferences } from './config-difference.js';
import { describeEnvironment } from './environment.js';
import { errorCode, fileError } from '../files/file-error.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { HistoryWriter, readHistory, type RunHistory } from './history.js';
import { readJsonFile, writeJsonFile } from '../files/json-file.js';
import { FileLock } from '../files/lock.js';

const CONFIG = 'config.json';
const ENVIRONMENT = 'environment.json';
const HISTORY = 'history.arrow';
const CHECKPOINTS = 'checkpoints';
const LOCK = 'run.lock';

/** The version of the layout of a run's folder. */
const VERSION = 1;

/** At most n differing settings are listed in an error. */
const LISTED_DIFFERENCES = 20;

/** The JSON documents a run may hold besides its configuration. */
export type RunDocument = 'architecture' | 'metrics' | 'halves';

/** What a run is made with. */
export interface RunSettings {
  /** What is run: `search`, `retrain`, … */
  readonly kind: string;
  /** The resolved configuration, with every default filled in; plain JSON. */
  readonly config: object;
  /** The seed that all randomness of the run follows from. */
  readonly seed: number;
  /** Further facts about this process for `environment.json`, such as thread counts. */
  readonly environment?: object;
}

/** What a run is resumed with. */
export interface ResumeSettings extends RunSettings {
  /** Places of the configuration that may differ, such as `workers` or `augment.minScale`. */
  readonly mayDiffer?: readonly string[];
}

/** Other options of a run's folder. */
export interface RunOptions {
  /** How many of the last checkpoints stay; 3 by default. */
  readonly keepCheckpoints?: number;
}

/** The content of `config.json`. */
interface StoredSettings {
  readonly version: number;
  readonly kind: string;
  readonly seed: number;
  readonly config: object;
}

/** Reads `config.json`; undefined if there is none. */
async function readSettings(folder: string): Promise<StoredSettings | undefined> {
  const file = join(folder, CONFIG);
  let value: unknown;
  try {
    value = await readJsonFile(file);
  } catch (error) {
    if (
      error instanceof DataError &&
      ['ENOENT', 'ENOTDIR'].includes(errorCode(error.cause) ?? '')
    ) {
      return undefined;
    }
    throw error;
  }
  const { version, kind, seed, config } = (value ?? {}) as Partial<StoredSettings>;
  if (
    version !== VERSION ||
    typeof kind !== 'string' ||
    typeof seed !== 'number' ||
    typeof config !== 'object'
  ) {
    throw new DataError(
      `${file}: expected the configuration of a run, version ${VERSION}, got another document`,
      file,
    );
  }
  return { version, kind, seed, config };
}

/** Reads `config.json` of a run that must be there. */
async function existingSettings(folder: string): Promise<StoredSettings> {
  const settings = await readSettings(folder);
  if (settings === undefined) {
    throw new DataError(
      `${folder}: expected the folder of a run, got none with a ${CONFIG}; check the path`,
      folder,
    );
  }
  return settings;
}

/** Throws unless a run may go on with these settings. */
function checkSame(folder: string, stored: StoredSettings, settings: ResumeSettings): void {
  if (stored.kind !== settings.kind) {
    throw new ConfigError(
      `${folder}: expected a ${settings.kind} run, got a ${stored.kind} run; choose another folder`,
    );
  }
  const differences = [
    ...configDifferences({ seed: stored.seed }, { seed: settings.seed }),
    ...configDifferences(stored.config, settings.config),
  ].filter(({ path }) => !(settings.mayDiffer ?? []).includes(path));
  if (differences.length > 0) {
    const listed = differences
      .slice(0, LISTED_DIFFERENCES)
      .map(
        ({ path, before, now }) => `${path}: ${before ?? '(not set)'}, now ${now ?? '(not set)'}`,
      );
    const more = differences.length - listed.length;
    throw new ConfigError(
      `${folder}: expected the configuration that the run was started with, got differences in ` +
        `${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}. ` +
        'Resume with the same settings, or start a new run in another folder',
    );
  }
}

/**
 * The folder of one run: `config.json`, `environment.json`, `history.arrow`, `checkpoints/` and, as
 * the run goes on, `architecture.json`, `metrics.json`, `halves.json`.
 *
 * One process at a time may write it. Every file is complete at any moment, whenever the program
 * is killed.
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
  /** The resolved configuration as the run was started with. */
  readonly config: object;
  readonly checkpoints: CheckpointStore;
  private lock: FileLock | undefined;

  private constructor(
    folder: string,
    settings: StoredSettings,
    lock: FileLock | undefined,
    { keepCheckpoints = 3 }: RunOptions = {},
  ) {
    this.folder = folder;
    this.kind = settings.kind;
    this.seed = settings.seed;
    this.config = settings.config;
    this.lock = lock;
    this.checkpoints = new CheckpointStore(join(folder, CHECKPOINTS), {
      keep: keepCheckpoints,
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
    const before = await readSettings(folder);
    if (before !== undefined) {
      throw new ConfigError(
        `${folder}: expected a new or empty folder, got one with a ${before.kind} run; ` +
          'resume that run or choose another folder',
      );
    }
    return RunDirectory.locked(folder, async (lock) => {
      await removeTemporaryFiles(folder);
      const others = (await readdir(folder)).filter((name) => name !== LOCK);
      if (others.length > 0) {
        throw new ConfigError(
          `${folder}: expected a new or empty folder, got one with ${others.length} entries ` +
            `(${others.slice(0, 3).join(', ')}); choose another folder`,
        );
      }
      const { kind, seed, config, environment } = settings;
      const stored = { version: VERSION, kind, seed, config };
      await writeJsonFile(join(folder, CONFIG), stored);
      await addSession(folder, environment);
      return new RunDirectory(folder, stored, lock, options);
    });
  }

  /**
   * Opens a run to go on writing it.
   *
   * @param settings - must agree with those of the start; leave out to take them as they are
   * @throws {@link ConfigError} if the kind, the seed or the configuration differ; lists where
   * @throws {@link DataError} if there is no run, another process writes it, or it cannot be written
   */
  static async resume(
    folder: string,
    settings?: ResumeSettings,
    options?: RunOptions,
  ): Promise<RunDirectory> {
    const stored = await existingSettings(folder);
    if (settings !== undefined) {
      checkSame(folder, stored, settings);
    }
    return RunDirectory.locked(folder, async (lock) => {
      await removeTemporaryFiles(folder);
      await mkdir(join(folder, CHECKPOINTS), { recursive: true });
      await removeTemporaryFiles(join(folder, CHECKPOINTS));
      await addSession(folder, settings?.environment);
      return new RunDirectory(folder, stored, lock, options);
    });
  }

  /**
   * Opens a run for reading, also while another process writes it.
   *
   * @throws {@link DataError} if there is no run
   */
  static async open(folder: string): Promise<RunDirectory> {
    return new RunDirectory(folder, await existingSettings(folder), undefined);
  }

  /** True while this object may write the run. */
  get isWritable(): boolean {
    return this.lock !== undefined;
  }

  /** The path of the history file. */
  get historyFile(): string {
    return join(this.folder, HISTORY);
  }

  /**
   * The history, to be continued after a step.
   *
   * @param throughStep - the step of the checkpoint that the run resumes from, 0 without one; rows
   *   of later steps are removed
   * @param searchSpace - what α and β belong to, in a search
   */
  openHistory(throughStep: number, searchSpace?: SearchSpaceShape): Promise<HistoryWriter> {
    const guard = () => this.verify();
    return HistoryWriter.open(this.historyFile, throughStep, { searchSpace, guard });
  }

  /** The history, see {@link readHistory}. */
  readHistory(): Promise<RunHistory> {
    return readHistory(this.historyFile);
  }

  /** Writes a document as `<name>.json`, in one step; NaN becomes null. */
  async write(name: RunDocument, value: unknown): Promise<void> {
    await this.verify();
    await writeJsonFile(join(this.folder, `${name}.json`), value);
  }

  /**
   * Reads a document.
   *
   * @returns its JSON value, to be checked by the reader; undefined if there is none yet
   */
  async read(name: RunDocument): Promise<unknown> {
    try {
      return await readJsonFile(join(this.folder, `${name}.json`));
    } catch (error) {
      if (error instanceof DataError && errorCode(error.cause) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  /** Gives the folder free for other writers; nothing can be written afterwards. */
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
    const lock = await FileLock.acquire(join(folder, LOCK));
    try {
      return await start(lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }
}

/** Adds this process to the list in `environment.json`. */
async function addSession(folder: string, facts: object = {}): Promise<void> {
  const file = join(folder, ENVIRONMENT);
  let sessions: unknown[] = [];
  try {
    const stored = (await readJsonFile(file)) as { sessions?: unknown } | null;
    sessions = Array.isArray(stored?.sessions) ? stored.sessions : [];
  } catch {
    // None yet, or not readable: what matters is how the run goes on.
  }
  const session = { started: new Date().toISOString(), ...describeEnvironment(), ...facts };
  await writeJsonFile(file, { sessions: [...sessions, session] });
}
