/** Writing the folder of a dataset, in one step. */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode, type IndexedColors } from 'fast-png';
import { ConfigError, DataError } from '../../errors.js';
import { AtomicFolder } from '../../files/atomic-folder.js';
import { errorCode, fileError } from '../../files/file-error.js';
import { writeJsonFile } from '../../files/json-file.js';
import type { LabelMap } from '../pixels.js';

/** Fast, and most of what the best level gains on label maps. */
const ZLIB = { level: 4 } as const;

/** A folder that is being written. */
export class FolderWriter {
  private readonly made = new Set<string>();

  private constructor(private readonly folder: AtomicFolder) {}

  /** The folder that the dataset gets, absolute. */
  get root(): string {
    return this.folder.root;
  }

  /**
   * Begins a folder; what a killed import left is removed.
   *
   * @param out - a folder that is empty or does not exist
   * @param input - the folder that is imported, which stays as it is
   * @throws {@link ConfigError} if `out` is not empty, or lies in the imported folder
   * @throws {@link DataError} if another process is writing it
   */
  static async begin(out: string, input: string): Promise<FolderWriter> {
    const root = path.resolve(out);
    const relative = path.relative(await realpath(input), await realFolder(root));
    if (relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))) {
      throw new ConfigError(
        `out: expected a folder outside of ${path.resolve(input)}, which is imported, got ${root}`,
      );
    }
    return new FolderWriter(await AtomicFolder.begin(root));
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
  finish(): Promise<void> {
    return this.folder.finish();
  }

  /** Removes what is not finished, and lets others write the folder. */
  close(): Promise<void> {
    return this.folder.close();
  }

  private async place(relative: string): Promise<string> {
    const target = path.join(this.folder.temporary, relative);
    const folder = path.dirname(target);
    if (!this.made.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.made.add(folder);
    }
    return target;
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
