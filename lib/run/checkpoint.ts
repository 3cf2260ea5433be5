import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.js';
import { syncFile, syncFolder } from '../files/atomic-file.js';
import { temporaryName } from '../files/temporary-file.js';
import { fileError } from '../files/file-error.js';
import { writeCheckpoint, type Checkpoint, type StoredCheckpoint } from './checkpoint-file.js';
import {
  BEST_FILE,
  bestStepOf,
  checkpointAt,
  chosenCheckpoint,
  latestCheckpoint,
  stepFiles,
  type FoundCheckpoint,
} from './checkpoint-folder.js';

/** Options of a {@link CheckpointStore}. */
export interface CheckpointStoreOptions {
  /** How many of the last checkpoints stay, besides the best; 3 by default. */
  readonly keep?: number;
  /** The run that they belong to, as its manifest names it. */
  readonly run?: string;
  /** Called before each writing; throws if the folder may no longer be written. */
  readonly guard?: () => Promise<void>;
}

/** How a checkpoint is saved. */
export interface SaveOptions {
  /** Whether it is the best so far. */
  readonly isBest?: boolean;
  /** The step of one that stays besides the last ones. */
  readonly keepStep?: number;
}

/** Links a file under a second name in one step; copies it where the file system has no links. */
async function linkAtomic(existing: string, file: string): Promise<void> {
  const temporary = temporaryName(file);
  try {
    try {
      await link(existing, temporary);
    } catch {
      await copyFile(existing, temporary);
      await syncFile(temporary);
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
  private readonly run: string | undefined;
  private readonly guard: () => Promise<void>;

  /**
   * @param folder - made by the first {@link CheckpointStore.save} if it does not exist
   * @throws {@link ConfigError} if `keep` is not at least 1
   */
  constructor(folder: string, options: CheckpointStoreOptions = {}) {
    const { keep = 3, run, guard = () => Promise.resolve() } = options;
    if (!(keep >= 1)) {
      throw new ConfigError(`checkpoints: expected to keep at least 1, got ${keep}`);
    }
    this.folder = folder;
    this.keep = keep;
    this.run = run;
    this.guard = guard;
  }

  /**
   * Saves a checkpoint, then removes the oldest ones beyond `keep`.
   *
   * Files of later steps are removed too: they are damaged, or belong to a course that the
   * run abandoned when it resumed from an earlier checkpoint.
   *
   * @param options - whether to keep it as `best.safetensors` too, and the step of an earlier one that
   *   stays as well
   * @returns the file
   */
  async save(
    checkpoint: Checkpoint,
    { isBest = false, keepStep }: SaveOptions = {},
  ): Promise<string> {
    await this.guard();
    const name = `step-${String(checkpoint.step).padStart(9, '0')}.safetensors`;
    const file = join(this.folder, name);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeCheckpoint(file, { ...checkpoint, run: this.run });
      if (isBest) {
        await linkAtomic(file, join(this.folder, BEST_FILE));
      }
      const files = await stepFiles(this.folder);
      const current = files.filter(({ step }) => step <= checkpoint.step);
      const kept = new Set(current.filter(({ step }, i) => i < this.keep || step === keepStep));
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
    return latestCheckpoint(this.folder, this.run);
  }

  /**
   * The checkpoint of a step.
   *
   * @returns undefined if there is none, or it is damaged
   */
  at(step: number): Promise<StoredCheckpoint | undefined> {
    return checkpointAt(this.folder, step, this.run);
  }

  /**
   * Keeps the checkpoint that a run resumes from as the best, if it is and was not kept: the program
   * was killed between the two.
   */
  async repairBest({ file, checkpoint }: FoundCheckpoint): Promise<void> {
    const best = join(this.folder, BEST_FILE);
    if (bestStepOf(checkpoint) === checkpoint.step && file !== best) {
      await this.guard();
      await linkAtomic(file, best);
    }
  }

  /** The best checkpoint, see {@link chosenCheckpoint}. */
  best(): Promise<StoredCheckpoint> {
    return chosenCheckpoint(this.folder, 'best', this.run);
  }
}
