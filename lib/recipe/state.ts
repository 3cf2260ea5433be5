/** How far a recipe has come: `recipe.json` in its folder. */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import { ConfigError, DataError } from '../errors.js';
import { removeTemporaryFiles } from '../files/temporary-file.js';
import { errorCode, fileError } from '../files/file-error.js';
import { readJsonFile, writeJsonFile } from '../files/json-file.js';
import { FileLock } from '../files/lock.js';
import { configDifferences } from '../run/config-difference.js';

const FILE = 'recipe.json';
const LOCK = 'recipe.lock';
const VERSION = 1;

/** At most n differences are listed. */
const LISTED = 20;

/** What a stage came to; what it has not is left out. */
export interface StageScores {
  /** Steps trained. */
  readonly steps?: number | undefined;
  /** Mean IoU of the last validation, or of the evaluation, from 0 to 1. */
  readonly meanIou?: number | undefined;
  /** The best mean IoU of all validations. */
  readonly bestMeanIou?: number | undefined;
  /** Of an evaluation. */
  readonly pixelAccuracy?: number | undefined;
}

/** A stage as the recipe was started with, or has come to. */
export interface StoredStage {
  readonly name: string;
  /** All that decides about its results. */
  readonly facts: object;
  /** Undefined until it is done. */
  readonly scores?: StageScores | undefined;
}

/** What the folder of a recipe knows. */
export interface RecipeState {
  readonly stages: readonly StoredStage[];
  /** The folders of the datasets, absolute. */
  readonly roots: Readonly<Record<string, string>>;
}

const number = z.number().optional();
const schema = z.object({
  version: z.literal(VERSION),
  stages: z.array(
    z.object({
      name: z.string(),
      facts: z.record(z.string(), z.unknown()),
      scores: z
        .object({ steps: number, meanIou: number, bestMeanIou: number, pixelAccuracy: number })
        .optional(),
    }),
  ),
  roots: z.record(z.string(), z.string()),
});

/**
 * What the folder of a recipe knows.
 *
 * @returns undefined if it is new or empty
 * @throws {@link ConfigError} if it holds something else
 * @throws {@link DataError} if `recipe.json` cannot be read
 */
export async function readState(folder: string): Promise<RecipeState | undefined> {
  const file = join(folder, FILE);
  if (existsSync(file)) {
    const parsed = schema.safeParse(await readJsonFile(file));
    if (!parsed.success) {
      throw new DataError(
        `${file}: expected the state of a recipe, version ${VERSION}, got ` +
          `${describeIssue(parsed.error)}; restore the file, or choose another folder`,
        file,
      );
    }
    return parsed.data;
  }
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw fileError('list', folder, error);
  }
  const others = names.filter((name) => !name.startsWith(LOCK) && !/^\..*\.tmp$/.test(name));
  if (others.length > 0) {
    throw new ConfigError(
      `${folder}: expected a new or empty folder, or that of a recipe, got one with ` +
        `${others.length} entries (${others.slice(0, 3).join(', ')}); choose another folder`,
    );
  }
  return undefined;
}

/** The folder of a stage: its number and its name. */
export function stageFolder(folder: string, i: number, name: string): string {
  return join(folder, `${i + 1}-${name}`);
}

/** Whether a stage has begun: its run is there, or it is done. */
export function hasBegun(folder: string, i: number, { name, scores }: StoredStage): boolean {
  return scores !== undefined || existsSync(join(stageFolder(folder, i, name), 'config.json'));
}

/** Where a stage differs, in words. */
function stageDifferences(i: number, before: StoredStage, now: StoredStage | undefined): string[] {
  if (now === undefined) {
    return [`stage ${i + 1} (${before.name}): there, now gone`];
  }
  const unset = '(not set)';
  return configDifferences(
    { name: before.name, ...before.facts },
    { name: now.name, ...now.facts },
  ).map(
    (one) =>
      `stage ${i + 1} (${before.name}) ${one.path}: ${one.before ?? unset}, now ${one.now ?? unset}`,
  );
}

function listed(differences: readonly string[]): string {
  const more = differences.length - LISTED;
  return differences.slice(0, LISTED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/**
 * Compares a recipe with what it was started with. Stages that have begun must be the same.
 *
 * @returns a line on the stages that have not begun and differ; undefined if all is the same
 * @throws {@link ConfigError} listing what differs in stages that have begun
 */
export function compareRecipe(
  folder: string,
  { stages: before }: RecipeState,
  now: readonly StoredStage[],
): string | undefined {
  const begun: string[] = [];
  const others: string[] = [];
  for (const [i, stage] of before.entries()) {
    const differences = stageDifferences(i, stage, now.at(i));
    (hasBegun(folder, i, stage) ? begun : others).push(...differences);
  }
  if (begun.length > 0) {
    throw new ConfigError(
      `${folder}: expected the recipe that was started, got differences in stages that have begun: ` +
        `${listed(begun)}. Continue with the recipe as it was, or start this one in another folder`,
    );
  }
  const added = now
    .slice(before.length)
    .map(({ name }, i) => `stage ${before.length + i + 1} (${name}): new`);
  const changes = [...others, ...added];
  return changes.length === 0
    ? undefined
    : `the recipe has changed in stages that have not begun, which run as it says now: ${listed(changes)}`;
}

/** The folder of a recipe, opened for writing by this process alone. */
export class RecipeFolder {
  private constructor(
    readonly folder: string,
    private state: RecipeState,
    private readonly lock: FileLock,
  ) {}

  /**
   * Makes or opens the folder.
   *
   * @param before - what {@link readState} returned
   * @throws {@link DataError} if another process runs the recipe, or the folder cannot be written
   */
  static async open(
    folder: string,
    state: RecipeState,
    before: RecipeState | undefined,
  ): Promise<RecipeFolder> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw fileError('create', folder, error);
    }
    const lock = await FileLock.acquire(join(folder, LOCK));
    const opened = new RecipeFolder(folder, state, lock);
    try {
      const stored = await readState(folder);
      if (JSON.stringify(stored) !== JSON.stringify(before)) {
        throw new DataError(
          `${folder}: expected nobody else to work on the recipe, got a change meanwhile; repeat the command`,
          folder,
        );
      }
      await removeTemporaryFiles(folder);
      await opened.write();
      return opened;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Notes that a stage is done. */
  async finish(i: number, scores: StageScores): Promise<void> {
    await this.lock.verify();
    const stages = this.state.stages.map((stage, j) => (j === i ? { ...stage, scores } : stage));
    this.state = { ...this.state, stages };
    await this.write();
  }

  /** Releases the folder. */
  close(): Promise<void> {
    return this.lock.release();
  }

  private write(): Promise<void> {
    return writeJsonFile(join(this.folder, FILE), { version: VERSION, ...this.state });
  }
}
