/**
 * Writing folders in one step: everything goes into a hidden folder beside it, which gets the name
 * when it is whole.
 */
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../errors.js';
import { errorCode, fileError } from './file-error.js';
import { FileLock } from './lock.js';

/** A folder that is being written, by this process alone. */
export class AtomicFolder {
  private constructor(
    /** The folder as it will be called, absolute. */
    readonly root: string,
    /** The folder to write into until then. */
    readonly temporary: string,
    private readonly lock: FileLock,
  ) {}

  /**
   * Begins a folder; what a killed process left of it is removed.
   *
   * @param folder - is empty or does not exist
   * @throws {@link ConfigError} if it is not empty
   * @throws {@link DataError} if another process is writing it
   */
  static async begin(folder: string): Promise<AtomicFolder> {
    const root = path.resolve(folder);
    const parent = path.dirname(root);
    await requireEmpty(root);
    const hidden = path.join(parent, `.${path.basename(root)}.partial`);
    try {
      await mkdir(parent, { recursive: true });
      const lock = await FileLock.acquire(`${hidden}.lock`);
      await rm(hidden, { recursive: true, force: true });
      await mkdir(hidden);
      return new AtomicFolder(root, hidden, lock);
    } catch (error) {
      throw fileError('write', root, error);
    }
  }

  /**
   * Writes a folder whole, or not at all.
   *
   * @param folder - is empty or does not exist
   * @param write - writes into the folder that it is given
   * @throws {@link ConfigError} if it is not empty
   * @throws {@link DataError} if another process is writing it, or it cannot be written
   * @throws the signal's reason if it is aborted
   */
  static async write<T>(
    folder: string,
    signal: AbortSignal | undefined,
    write: (temporary: string) => Promise<T>,
  ): Promise<T> {
    const written = await AtomicFolder.begin(folder);
    try {
      const result = await write(written.temporary);
      signal?.throwIfAborted();
      await written.finish();
      return result;
    } finally {
      await written.close();
    }
  }

  /** Gives the folder its name. */
  async finish(): Promise<void> {
    await this.lock.verify();
    try {
      // An empty folder in its place is replaced; one that has been filled meanwhile is not.
      await rmdir(this.root).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') {
          throw error;
        }
      });
      await rename(this.temporary, this.root);
    } catch (error) {
      throw fileError('write', this.root, error);
    }
  }

  /** Removes what is not finished, and lets others write the folder. */
  async close(): Promise<void> {
    await rm(this.temporary, { recursive: true, force: true });
    await this.lock.release();
  }
}

async function requireEmpty(root: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return;
    }
    throw fileError('write', root, error);
  }
  if (names.length > 0) {
    throw new ConfigError(
      `${root}: expected a new or empty folder, got one with ${names[0]}; choose another, or delete it`,
    );
  }
}
