/**
 * Writing the folder of a dataset in one step: everything goes into a hidden folder beside it, which
 * is renamed when it is whole.
 */
import { constants } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { encode, type IndexedColors } from 'fast-png';
import { ConfigError, DataError } from '../../errors.js';
import { errorCode, fileError } from '../../files/file-error.js';
import { writeJsonFile } from '../../files/json-file.js';
import { FileLock } from '../../files/lock.js';
import type { LabelMap } from '../pixels.js';

/** Fast, and most of what the best level gains on label maps. */
const ZLIB = { level: 4 } as const;

/** A folder that is being written. */
export class FolderWriter {
  private readonly made = new Set<string>();

  private constructor(
    /** The folder that the dataset gets, absolute. */
    readonly root: string,
    private readonly temporary: string,
    private readonly lock: FileLock,
  ) {}

  /**
   * Begins a folder; what a killed import left is removed.
   *
   * @param out - a folder that is empty or does not exist
   * @param input - the folder that is imported, which stays as it is
   * @throws {@link ConfigError} if `out` lies in the imported folder
   * @throws {@link DataError} if it is not empty, or another process is writing it
   */
  static async begin(out: string, input: string): Promise<FolderWriter> {
    const root = path.resolve(out);
    const parent = path.dirname(root);
    const relative = path.relative(await realpath(input), await realFolder(root));
    if (relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))) {
      throw new ConfigError(
        `out: expected a folder outside of ${path.resolve(input)}, which is imported, got ${root}`,
      );
    }
    await requireEmpty(root);
    const hidden = path.join(parent, `.${path.basename(root)}.import`);
    try {
      await mkdir(parent, { recursive: true });
      const lock = await FileLock.acquire(`${hidden}.lock`);
      await rm(hidden, { recursive: true, force: true });
      await mkdir(hidden);
      return new FolderWriter(root, hidden, lock);
    } catch (error) {
      throw fileError('write', root, error);
    }
  }

  /** Copies a file, or links it if `isLinked`: then both names mean the same bytes on the disk. */
  async addFile(relative: string, source: string, isLinked: boolean): Promise<void> {
    const target = await this.place(relative);
    const real = await realpath(source);
    try {
      await (isLinked ? link(real, target) : copyFile(real, target, constants.COPYFILE_FICLONE));
    } catch (error) {
      if (isLinked && ['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(errorCode(error) ?? '')) {
        throw new DataError(
          `${source}: expected to link it into ${this.root}, got an error: both must be on one disk ` +
            'that has hard links; copy the images instead',
          source,
          { cause: error },
        );
      }
      throw fileError(isLinked ? 'link' : 'copy', source, error);
    }
  }

  /** Writes a file. */
  async addBytes(relative: string, bytes: Uint8Array | string): Promise<void> {
    const target = await this.place(relative);
    try {
      await writeFile(target, bytes);
    } catch (error) {
      throw fileError('write', target, error);
    }
  }

  /** Writes a label map as an indexed PNG. */
  async addLabels(relative: string, { height, width, data }: LabelMap, palette: IndexedColors) {
    const image = { width, height, data, channels: 1, depth: 8, palette } as const;
    await this.addBytes(relative, encode(image, { zlib: ZLIB }));
  }

  /** Writes a JSON file. */
  async addJson(relative: string, value: unknown): Promise<void> {
    await writeJsonFile(await this.place(relative), value);
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

  private async place(relative: string): Promise<string> {
    const target = path.join(this.temporary, relative);
    const folder = path.dirname(target);
    if (!this.made.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.made.add(folder);
    }
    return target;
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
    throw new DataError(
      `${root}: expected a new or empty folder for the dataset, got one with ${names[0]}; choose ` +
        'another, or delete it',
      root,
    );
  }
}

/** A path with the links of the part that exists resolved. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(await realFolder(parent), path.basename(folder));
  }
}
