/** An event file that grows. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { errorCode, fileError } from '../files/file-error.js';
import { versionEvent } from './event.js';
import { encodeRecord } from './record.js';

const PREFIX = 'events.out.tfevents.';
/** TensorBoard reads all files with this in their names. */
const ANY = 'tfevents';
/** The end of the names of files that this library writes, and so may remove. */
const OWN = '.autodeeplab';

/** Adds to a file that is there. */
const APPEND = constants.O_WRONLY | constants.O_APPEND;

/** Files that this process has begun, so that no two have the same name. */
let begun = 0;

const isOwn = (name: string): boolean => name.startsWith(PREFIX) && name.endsWith(OWN);

/**
 * The event files of this library in a folder.
 *
 * @throws {@link ConfigError} if there are others, which TensorBoard would show as parts of the same run
 */
async function ownFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.includes(ANY));
  const other = names.find((name) => !isOwn(name));
  if (other !== undefined) {
    throw new ConfigError(
      `tensorboard: expected a folder without event files of other programs, got ${join(folder, other)}, ` +
        'which TensorBoard would take for a part of this run; choose another folder, or move that file',
    );
  }
  return names;
}

/**
 * An event file in a folder that holds no other afterwards; those of other programs are refused. It is open only while something is added:
 * a log that nobody closes leaves nothing open.
 */
export class EventFile {
  private constructor(readonly file: string) {}

  /**
   * Begins a file with some events; then removes those that this library had written into the folder.
   *
   * @throws {@link ConfigError} if the folder holds event files of other programs; nothing is written then
   * @throws {@link DataError} if it cannot be written
   */
  static async create(folder: string, events: readonly Uint8Array[]): Promise<EventFile> {
    const seconds = Date.now() / 1000;
    const name = `${PREFIX}${Math.floor(seconds)}.${hostname()}.${process.pid}.${begun++}${OWN}`;
    const file = join(folder, name);
    try {
      await mkdir(folder, { recursive: true });
      const old = await ownFiles(folder);
      await writeFile(file, '');
      const created = new EventFile(file);
      await created.append([versionEvent(seconds), ...events]);
      await Promise.all(old.map((other) => rm(join(folder, other), { force: true })));
      return created;
    } catch (error) {
      throw fileError('write', file, error);
    }
  }

  /** Adds events; nothing to a file that is gone, because a later log has begun another one. */
  async append(events: readonly Uint8Array[]): Promise<void> {
    try {
      const handle = await open(this.file, APPEND);
      try {
        await handle.appendFile(Buffer.concat(events.map(encodeRecord)));
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        throw fileError('write', this.file, error);
      }
    }
  }
}
