/**
 * The folder of a study: `results/` with its settings and a small file for each part that is done,
 * which is all that goes on with it needs; `runs/` with the runs; `locks/` with a lock for each part under way.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { errorCode, fileError } from '../files/file-error.js';
import { withLock } from '../files/lock.js';
import { configDifferences } from '../run/config-difference.js';
import type { StudySettings } from './settings.js';
import { digestOf, readSealed, writeSealed } from './sealed.js';

const RESULTS = 'results';

/** At most n differences are listed. */
const LISTED = 10;

/** The result of a part that is done. */
export function resultFile(folder: string, id: string): string {
  return join(folder, RESULTS, `${id}.json`);
}

/** The folder of the run of a part. */
export function runFolder(folder: string, id: string): string {
  return join(folder, 'runs', id);
}

/** The lock of a part. */
export function partLock(folder: string, id: string): string {
  return join(folder, 'locks', `${id}.lock`);
}

/** What was measured so far. */
export function recordFile(folder: string): string {
  return join(folder, 'study.json');
}

/** The settings that a study was begun with. */
export function settingsFile(folder: string): string {
  return join(folder, RESULTS, 'settings.json');
}

/** Makes a folder and those above it. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError('create', folder, error);
  }
}

/**
 * The settings that a study was begun with.
 *
 * @returns undefined if the folder is new or empty
 * @throws {@link ConfigError} if it holds something else
 * @throws {@link DataError} if they cannot be read, or were edited
 */
export async function readStudySettings(folder: string): Promise<StudySettings | undefined> {
  const file = settingsFile(folder);
  const stored = await readSealed(file, 'restore the file, or begin the study in another folder');
  if (stored !== undefined) {
    return stored as StudySettings;
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
  const others = names.filter((name) => name !== 'locks' && name !== RESULTS);
  if (others.length > 0) {
    throw new ConfigError(
      `${folder}: expected a new or empty folder, or that of a study, got one with ` +
        `${others.length} entries (${others.slice(0, 3).join(', ')}) and no ${RESULTS}/settings.json; ` +
        'choose another folder',
    );
  }
  return undefined;
}

/** The settings without those that may get more. */
function fixed(settings: StudySettings): object {
  const growing = { searchSeeds: undefined, retrainSeeds: undefined };
  return { ...settings, ...growing, randomPerFound: undefined, groups: undefined };
}

/** Tells the results of a study from those of others. */
export function studyKey(settings: StudySettings): string {
  return digestOf(fixed(settings));
}

/** What differs in settings that must be the same, in words. */
function describeChanges(before: StudySettings, now: StudySettings): string[] {
  const lists = (['searchSeeds', 'retrainSeeds'] as const).flatMap((name) =>
    before[name].every((seed, i) => now[name][i] === seed)
      ? []
      : [
          `${name}: ${before[name].join(',')}, now ${now[name].join(',')} (seeds may only be added)`,
        ],
  );
  const isFewer = now.randomPerFound < before.randomPerFound;
  const fewer = `randomPerFound: ${before.randomPerFound}, now ${now.randomPerFound} (more may be added)`;
  const lost = before.groups.filter((group) => !now.groups.includes(group));
  const others = configDifferences(fixed(before), fixed(now)).map(
    (one) => `${one.path}: ${one.before ?? '(not set)'}, now ${one.now ?? '(not set)'}`,
  );
  return [
    ...lists,
    ...(isFewer ? [fewer] : []),
    ...(lost.length > 0
      ? [`groups: now without ${lost.join(',')} (groups may only be added)`]
      : []),
    ...others,
  ];
}

/**
 * Begins a study in a folder, or goes on with the one that is there.
 *
 * @throws {@link ConfigError} if it was begun with other settings; lists where
 * @throws {@link DataError} if the folder cannot be written
 */
export async function openStudy(folder: string, settings: StudySettings): Promise<void> {
  await makeFolder(join(folder, RESULTS));
  await withLock(join(folder, 'locks', 'settings.lock'), async () => {
    const before = await readStudySettings(folder);
    checkSettings(folder, before, settings);
    if (JSON.stringify(before) !== JSON.stringify(settings)) {
      await writeSealed(settingsFile(folder), settings);
    }
  });
}

/**
 * Checks that a study goes on with the settings that it was begun with; seeds, groups and random networks
 * may have been added.
 *
 * @throws {@link ConfigError} listing what differs
 */
export function checkSettings(
  folder: string,
  before: StudySettings | undefined,
  now: StudySettings,
): void {
  const differences = before ? describeChanges(before, now) : [];
  if (differences.length > 0) {
    const more = differences.length - LISTED;
    throw new ConfigError(
      `${folder}: expected the settings that the study was begun with, got differences in ` +
        `${differences.slice(0, LISTED).join('; ')}${more > 0 ? `; and ${more} more` : ''}. Leave these ` +
        'options out to go on with it, or begin another study in another folder',
    );
  }
}

/** Whether a part is done, as far as its file tells. */
export function isDone(folder: string, id: string): boolean {
  return existsSync(resultFile(folder, id));
}
