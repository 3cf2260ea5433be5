/** An event file that grows. */
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileError } from '../files/file-error.js';
import { versionEvent } from './event.js';
import { encodeRecord } from './record.js';

const PREFIX = 'events.out.tfevents.';

/** The event files in a folder. */
async function eventFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(PREFIX));
}

/** An event file in a folder that holds no other afterwards. */
export class EventFile {
  readonly file: string;
  private readonly handle: FileHandle;

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.handle = handle;
  }

  /**
   * Begins a file with some events; then removes the event files that the folder held.
   *
   * @throws {@link DataError} if it cannot be written
   */
  static async create(folder: string, events: readonly Uint8Array[]): Promise<EventFile> {
    const seconds = Date.now() / 1000;
    const name = `${PREFIX}${Math.floor(seconds)}.${hostname()}.${process.pid}.0`;
    const file = join(folder, name);
    try {
      await mkdir(folder, { recursive: true });
      const before = await eventFiles(folder);
      const handle = await open(file, 'w');
      const created = new EventFile(file, handle);
      await created.append([versionEvent(seconds), ...events]);
      const old = before.filter((other) => other !== name);
      await Promise.all(old.map((other) => rm(join(folder, other), { force: true })));
      return created;
    } catch (error) {
      throw fileError('write', file, error);
    }
  }

  /** Adds events. */
  async append(events: readonly Uint8Array[]): Promise<void> {
    try {
      await this.handle.appendFile(Buffer.concat(events.map(encodeRecord)));
    } catch (error) {
      throw fileError('write', this.file, error);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
