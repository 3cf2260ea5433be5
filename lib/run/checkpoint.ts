import { copyFile, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError, DataError } from '../errors.js';
import { syncFolder, temporaryName } from '../files/atomic-file.js';
import {
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type StoredCheckpoint,
} from './checkpoint-file.js';
import { errorCode, fileError } from '../files/file-error.js';

const STEP_FILE = /^step-(\d{9,})\.safetensors$/;
const BEST_FILE = 'best.safetensors';

/** A checkpoint file that could not be used. */
export interface SkippedCheckpoint {
  readonly file: string;
  /** Why, in one line. */
  readonly reason: string;
}

/** The newest checkpoint that is intact. */
export interface FoundCheckpoint {
  readonly file: string;
  readonly checkpoint: StoredCheckpoint;
  /** Newer ones that are damaged, the newest first. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/** Options of a {@link CheckpointStore}. */
export interface CheckpointStoreOptions {
  /** How many of the last checkpoints stay, besides the best; 3 by default. */
  readonly keep?: number;
  /** Called before each writing; throws if the folder may no longer be written. */
  readonly guard?: () => Promise<void>;
}

/** The checkpoint files of a folder with their steps, the newest first. */
async function stepFiles(folder: string): Promise<{ step: number; file: string }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw fileError('read', folder, error);
  }
  return names
    .flatMap((name) => {
      const step = STEP_FILE.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), file: join(folder, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * The newest intact checkpoint of a folder; damaged ones are skipped and named, and the best one is
 * tried last.
 *
 * @returns undefined if the folder holds none at all
 * @throws {@link DataError} if there are some and all are damaged
 */
export async function latestCheckpoint(folder: string): Promise<FoundCheckpoint | undefined> {
  const files = (await stepFiles(folder)).map(({ file }) => file);
  const skipped: SkippedCheckpoint[] = [];
  for (const file of [...files, join(folder, BEST_FILE)]) {
    try {
      return { file, checkpoint: await readCheckpoint(file), skipped };
    } catch (error) {
      if (!(error instanceof DataError)) {
        throw error;
      }
      const code = errorCode(error.cause);
      if (code === undefined || code === 'EIO') {
        skipped.push({ file, reason: error.message });
      } else if (code !== 'ENOENT') {
        throw error; // not the file's fault, such as a lack of rights
      }
    }
  }
  if (skipped.length === 0) {
    return undefined;
  }
  throw new DataError(
    `${folder}: expected an intact checkpoint, got ${skipped.length} damaged: ` +
      `${skipped.map(({ reason }) => reason).join('; ')}; start a new run in another folder`,
    folder,
  );
}

/** Links a file under a second name in one step; copies it where the file system has no links. */
async function linkAtomic(existing: string, file: string): Promise<void> {
  const temporary = temporaryName(file);
  try {
    try {
      await link(existing, temporary);
    } catch {
      await copyFile(existing, temporary);
      const handle = await open(temporary, 'r+');
      await handle.sync().finally(() => handle.close());
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw fileError('write', file, error);
  } finally {
    // Renaming one of two names of the same file to the other leaves both.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * The checkpoints of one run: `step-<step>.safetensors`, the last few of them, and
 * `best.safetensors`. All are complete at any moment, even if the program is killed.
 *
 * @example
 * const store = new CheckpointStore('runs/first/checkpoints', { keep: 2 });
 * await store.save({ step: 10, epoch: 1, metrics: {}, extra: null, groups: { weights } });
 * const found = await store.latest();
 */
export class CheckpointStore {
  readonly folder: string;
  private readonly keep: number;
  private readonly guard: () => Promise<void>;

  /**
   * @param folder - made by the first {@link CheckpointStore.save} if it does not exist
   * @throws {@link ConfigError} if `keep` is not at least 1
   */
  constructor(folder: string, options: CheckpointStoreOptions = {}) {
    const { keep = 3, guard = () => Promise.resolve() } = options;
    if (!(keep >= 1)) {
      throw new ConfigError(`checkpoints: expected to keep at least 1, got ${keep}`);
    }
    this.folder = folder;
    this.keep = keep;
    this.guard = guard;
  }

  /**
   * Saves a checkpoint, then removes the oldest ones beyond `keep`.
   *
   * Files of later steps are removed too: they are damaged, or belong to a course that the
   * run abandoned when it resumed from an earlier checkpoint.
   *
   * @param isBest - whether to keep it as `best.safetensors` too
   * @returns the file
   */
  async save(checkpoint: Checkpoint, { isBest = false } = {}): Promise<string> {
    await this.guard();
    const name = `step-${String(checkpoint.step).padStart(9, '0')}.safetensors`;
    const file = join(this.folder, name);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeCheckpoint(file, checkpoint);
      if (isBest) {
        await linkAtomic(file, join(this.folder, BEST_FILE));
      }
      const files = await stepFiles(this.folder);
      const current = files.filter(({ step }) => step <= checkpoint.step);
      const kept = new Set(current.slice(0, this.keep));
      await Promise.all(
        files.filter((entry) => !kept.has(entry)).map((entry) => rm(entry.file, { force: true })),
      );
    } catch (error) {
      throw fileError('write', file, error);
    }
    return file;
  }

  /** The newest intact checkpoint, see {@link latestCheckpoint}. */
  latest(): Promise<FoundCheckpoint | undefined> {
    return latestCheckpoint(this.folder);
  }

  /**
   * The best checkpoint.
   *
   * @throws {@link DataError} if none was saved as best, or it is damaged
   */
  best(): Promise<StoredCheckpoint> {
    return readCheckpoint(join(this.folder, BEST_FILE));
  }
}
