/** An event file that grows. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode, fileError } from '../files/file-error.js';
import { versionEvent } from './event.js';
import { encodeRecord } from './record.js';

const PREFIX = 'events.out.tfevents.';

/** Adds to a file that is there. */
const APPEND = constants.O_WRONLY | constants.O_APPEND;

/** Files that this process has begun, so that no two have the same name. */
let begun = 0;

/** The event files in a folder. */
async function eventFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(PREFIX));
}

/**
 * An event file in a folder that holds no other afterwards. It is open only while something is added:
 * a log that nobody closes leaves nothing open.
 */
export class EventFile {
  private constructor(readonly file: string) {}

  /**
   * Begins a file with some events; then removes the event files that the folder held.
   *
   * @throws {@link DataError} if it cannot be written
   */
  static async create(folder: string, events: readonly Uint8Array[]): Promise<EventFile> {
    const seconds = Date.now() / 1000;
    const name = `${PREFIX}${Math.floor(seconds)}.${hostname()}.${process.pid}.${begun++}`;
    const file = join(folder, name);
    try {
      await mkdir(folder, { recursive: true });
      const before = await eventFiles(folder);
      await writeFile(file, '');
      const created = new EventFile(file);
      await created.append([versionEvent(seconds), ...events]);
      const old = before.filter((other) => other !== name);
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
