/**
 * Temporary files and folders: their names say which process writes them, so that what a killed process
 * left can be removed while nothing of a living one is touched.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileError } from './file-error.js';
import { isAlive } from './lock-owner.js';

/** `.<name>.<process>-<machine>-<random>.tmp`. */
const TEMPORARY = /^\..+\.(\d+)-([0-9a-f]{8})-[0-9a-f]{16}\.tmp$/;

/** `autodeeplab-<what>-<process>-<machine>-<random>`. */
const FOLDER = /^autodeeplab-[a-z]+-(\d+)-([0-9a-f]{8})-[0-9a-f]{16}$/;

/** Nobody writes a file for so long without changing it: a day. Tells only of other machines. */
const ABANDONED_MS = 86_400_000;

/** Folders in which this process has removed what others left. */
const tidied = new Set<string>();

/** The same of folders with temporary folders in them. */
const tidiedParents = new Set<string>();

/** Where process numbers mean the same processes: a machine, or a container of it. */
function machine(): string {
  let numbers = '';
  try {
    numbers = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: the machine has one numbering.
  }
  return createHash('sha256').update(`${hostname()} ${numbers}`).digest('hex').slice(0, 8);
}

/** Tells what this process makes from all else. */
function ownMark(): string {
  return `${process.pid}-${machine()}-${randomBytes(8).toString('hex')}`;
}

/** Whether a name is one of {@link temporaryName}. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/** A name in the same folder that no other file has. */
export function temporaryName(file: string): string {
  return join(dirname(file), `.${basename(file)}.${ownMark()}.tmp`);
}

/** Whether whoever wrote a temporary file is gone, for certain or as far as its age tells. */
async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const [, pid, where] = TEMPORARY.exec(name) ?? [];
  if (pid === undefined) {
    return false;
  }
  if (where === machine()) {
    return !isAlive(Number(pid));
  }
  const found = await stat(join(folder, name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

/**
 * Removes the temporary files of processes that are gone from a folder that several processes may
 * write, once per process and folder. A file of a process that runs is never removed; of one on
 * another machine, only a file that nobody has changed for a day.
 *
 * What cannot be removed stays: whoever writes into the folder next says what is wrong with it.
 */
export async function removeAbandonedFiles(folder: string): Promise<void> {
  if (tidied.has(folder)) {
    return;
  }
  tidied.add(folder);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (await isAbandoned(folder, name)) {
      await rm(join(folder, name), { force: true }).catch(() => undefined);
    }
  }
}

/**
 * Removes all temporary files of a folder. Only the sole writer of the folder may do this.
 *
 * @returns the names removed
 */
export async function removeTemporaryFiles(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter(isTemporaryName);
    await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
    return names;
  } catch (error) {
    throw fileError('clean up', folder, error);
  }
}

/**
 * Makes a temporary folder. The first one of a process also removes those that killed processes of this
 * machine left; what cannot be removed stays.
 *
 * @param what - a word for its name
 * @param parent - where it is made; by default the system's folder for temporary files
 */
export function makeTemporaryFolder(what: string, parent = tmpdir()): string {
  if (!tidiedParents.has(parent)) {
    tidiedParents.add(parent);
    for (const name of readdirSync(parent)) {
      const [, pid, where] = FOLDER.exec(name) ?? [];
      if (where === machine() && !isAlive(Number(pid))) {
        try {
          rmSync(join(parent, name), { recursive: true, force: true });
        } catch {
          // It is another user's.
        }
      }
    }
  }
  const folder = join(parent, `autodeeplab-${what}-${ownMark()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}
