/**
 * The folder that keeps compiled steps for later processes.
 *
 * It is a cache: what cannot be read or written is as if it were not there, and the steps are traced again.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../../backend/setup/cache-folder.js';
import { ConfigError } from '../../errors.js';
import { removeAbandonedFiles, temporaryName } from '../../files/temporary-file.js';
import type { CompiledSteps } from './compiled-steps.js';
import { formatEntry, parseEntry } from './entry.js';

/** The variable that says where it is. */
export const FOLDER_VARIABLE = 'AUTODEEPLAB_GRAPHS';
/** The variable that says the most that it may take, MiB. */
export const LIMIT_VARIABLE = 'AUTODEEPLAB_GRAPHS_MIB';

/** By default it may take so much, MiB: 20 graphs of the paper's search. */
const LIMIT_MIB = 512;

/** The end of the names of its files. */
const ENDING = '.graph';

/** Where compiled steps are kept, and how much of them. */
export interface GraphFolder {
  readonly folder: string;
  /** Bytes; what no process has used for longest makes room. */
  readonly limit: number;
}

/**
 * The folder of an environment; undefined if it says `none`.
 *
 * @throws {@link ConfigError} if the limit is not a number of MiB
 */
export function graphFolder(environment: NodeJS.ProcessEnv): GraphFolder | undefined {
  const named = environment[FOLDER_VARIABLE];
  const wanted = environment[LIMIT_VARIABLE] ?? '';
  const limit = wanted === '' ? LIMIT_MIB : Number(wanted);
  if (!(limit >= 0)) {
    throw new ConfigError(
      `${LIMIT_VARIABLE}: expected a number of MiB such as ${LIMIT_MIB}, got ` +
        `"${wanted}"; change the variable`,
    );
  }
  return named === 'none'
    ? undefined
    : {
        folder: named ? resolve(named) : join(cacheFolder(environment), 'graphs'),
        limit: limit * 2 ** 20,
      };
}

/** The steps of a key, if they are there and whole. */
export function readSteps({ folder }: GraphFolder, key: string): CompiledSteps | undefined {
  const file = join(folder, key + ENDING);
  try {
    const steps = parseEntry(key, readFileSync(file));
    const now = new Date();
    utimesSync(file, now, now);
    return steps;
  } catch {
    return undefined;
  }
}

/** Keeps the steps of a key: other processes see all of the file or nothing. */
export function keepSteps(place: GraphFolder, key: string, steps: CompiledSteps): void {
  const { folder, limit } = place;
  const content = formatEntry(key, steps);
  if (content.length > limit) {
    return;
  }
  const file = join(folder, key + ENDING);
  const temporary = temporaryName(file);
  const isKept = attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, content, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, file);
  });
  attempt(() => {
    if (isKept) {
      makeRoom(place, file);
    } else {
      rmSync(temporary, { force: true });
    }
  });
  void removeAbandonedFiles(folder);
}

/** Does what may fail; whether it did not. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** The files of compiled steps, with their bytes and when they were last used. */
function filesIn(folder: string): { file: string; bytes: number; used: number }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(folder, name))
    .flatMap((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ file, bytes: found.size, used: found.mtimeMs }];
    });
}

/** How many compiled steps are kept, and their bytes. */
export function useOf({ folder }: GraphFolder): { readonly files: number; readonly bytes: number } {
  let files: ReturnType<typeof filesIn> = [];
  attempt(() => {
    files = filesIn(folder);
  });
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Removes what no process has used for longest, beyond the limit; never `latest`. */
function makeRoom({ folder, limit }: GraphFolder, latest: string): void {
  const isLatest = ({ file }: { file: string }) => Number(file === latest);
  const files = filesIn(folder).sort((a, b) => isLatest(b) - isLatest(a) || b.used - a.used);
  let total = 0;
  for (const { file, bytes } of files) {
    total += bytes;
    if (total > limit) {
      rmSync(file, { force: true });
    }
  }
}
