/** Listing and reading files of a dataset, with errors that name the file. */
import type { Dirent } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors.js';

/** Images and label maps larger than this are refused: 64 megapixels. */
export const DEFAULT_MAX_PIXELS = 64 * 2 ** 20;

const IMAGE_EXTENSIONS = ['.png', '.jpg', '.jpeg'];

/** Whether a file has the extension of a PNG or JPEG. */
export function isImageName(file: string): boolean {
  return IMAGE_EXTENSIONS.includes(path.extname(file).toLowerCase());
}

/** A path without its extension, if that is one of an image. */
export function withoutExtension(file: string): string {
  return isImageName(file) ? file.slice(0, -path.extname(file).length) : file;
}

/** The names in a folder, sorted; hidden entries are left out. */
export interface FolderListing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Lists a folder, following symbolic links.
 *
 * @param where - the dataset, for the error
 * @param hint - what to do if the folder is missing
 * @throws {@link DataError} if the folder is missing or is not a folder
 */
export async function listFolder(
  folder: string,
  where: string,
  hint: string,
): Promise<FolderListing> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new DataError(
      `${where}: expected the folder ${folder}, got ${reason(cause)}; ${hint}`,
      folder,
      { cause },
    );
  }
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) {
      continue;
    }
    ((await isFolder(folder, entry)) ? folders : files).push(entry.name);
  }
  return { files: files.sort(), folders: folders.sort() };
}

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) {
    return entry.isDirectory();
  }
  const target = await stat(path.join(parent, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}

/** Answers whether files exist, listing each folder only once. */
export class FileIndex {
  private readonly folders = new Map<string, Promise<ReadonlySet<string>>>();

  /** Whether a path exists. */
  async has(file: string): Promise<boolean> {
    const folder = path.dirname(file);
    let names = this.folders.get(folder);
    if (names === undefined) {
      names = readdir(folder).then(
        (entries) => new Set(entries),
        () => new Set(),
      );
      this.folders.set(folder, names);
    }
    return (await names).has(path.basename(file));
  }
}

/**
 * Reads a whole file.
 *
 * @param what - what the file should be, for the error
 * @throws {@link DataError} if it cannot be read
 */
export async function readBytes(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new DataError(
      `${what} ${file}: expected a readable file, got ${reason(cause)}; check the dataset folder`,
      file,
      { cause },
    );
  }
}

/**
 * A path below the folder of the dataset; one that leads out of it is refused.
 *
 * @throws {@link DataError} for absolute paths and for `..` beyond the root
 */
export function insideRoot(root: string, relative: string, where: string): string {
  const joined = path.join(root, relative);
  const back = path.relative(root, joined);
  if (path.isAbsolute(relative) || back === '..' || back.startsWith(`..${path.sep}`)) {
    throw new DataError(
      `${where}: expected a path inside ${root}, got ${relative}; write it relative to that folder`,
      relative,
    );
  }
  return joined;
}

/** Why a file operation failed, in words. */
export function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return 'no such file or folder';
  }
  if (code === 'ENOTDIR') {
    return 'a file where a folder should be';
  }
  if (code === 'EISDIR') {
    return 'a folder where a file should be';
  }
  if (code === 'EACCES') {
    return 'no permission to read it';
  }
  return message;
}
