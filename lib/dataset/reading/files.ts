/** Listing and reading files of a dataset, with errors that name the file. */
import { realpathSync, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors.js';
import { composed } from './file-index.js';
import { READABLE_EXTENSIONS } from './image-format.js';
import { NotAFileError, readFile } from '../../files/read-file.js';
import { decodeText, listLines, MAX_TEXT_BYTES } from '../../files/text-file.js';

/** Images and label maps larger than this are refused: 64 megapixels. */
export const DEFAULT_MAX_PIXELS = 64 * 2 ** 20;

/** Files of images and label maps larger than this are refused before they are read: 1 GiB. */
const MAX_FILE_BYTES = 2 ** 30;

/** Whether a file has the extension of an image that can be read. */
export function isImageName(file: string): boolean {
  return READABLE_EXTENSIONS.includes(path.extname(file).toLowerCase());
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
  return { files: sorted(files), folders: sorted(folders) };
}

/** In one order on every file system, however it spells accents. */
function sorted(names: readonly string[]): string[] {
  const keys = new Map(names.map((name) => [name, composed(name)]));
  const key = (name: string): string => keys.get(name) ?? name;
  return [...names].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) {
    return entry.isDirectory();
  }
  const target = await stat(path.join(parent, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}

/**
 * Reads a whole file.
 *
 * @param what - what the file should be, for the error
 * @param maxBytes - larger files are refused before they are read; 1 GiB by default
 * @throws {@link DataError} if it cannot be read or is larger
 */
export async function readBytes(
  file: string,
  what: string,
  maxBytes = MAX_FILE_BYTES,
): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) {
      throw new DataError(
        `${what} ${file}: expected at most ${maxBytes} bytes, got ${size}; check the dataset folder`,
        file,
      );
    }
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof DataError && !(cause instanceof NotAFileError)) {
      throw cause;
    }
    throw new DataError(
      `${what} ${file}: expected a readable file, got ${reason(cause)}; check the dataset folder`,
      file,
      { cause },
    );
  }
}

/**
 * The lines of a text file, see {@link decodeText}.
 *
 * @param what - what the file should be, for the error
 * @throws {@link DataError} if it cannot be read, is no text, or has more than a million lines or 64 MiB
 */
export async function readLines(file: string, what: string): Promise<string[]> {
  const bytes = await readBytes(file, what, MAX_TEXT_BYTES);
  return listLines(decodeText(bytes, file), file);
}

/**
 * A path below the folder of the dataset, given relative to it or in full; one that leads out of it
 * is refused.
 *
 * @param advice - what to do about one that does
 * @throws {@link DataError} for paths outside of the root
 */
export function insideRoot(
  root: string,
  given: string,
  where: string,
  advice = 'write it relative to that folder',
): string {
  const file = path.resolve(root, given);
  const below = pathBelow(root, file) ?? pathBelow(realPath(root), file);
  if (below === undefined) {
    throw new DataError(
      `${where}: expected a path inside ${root}, got ${given}, which lies outside; ${advice}`,
      given,
    );
  }
  return path.join(root, below);
}

/** The path of a file relative to a folder; undefined if it does not lie in it. */
export function pathBelow(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  const leadsOut = path.isAbsolute(relative) || relative.split(path.sep)[0] === '..';
  return leadsOut ? undefined : relative;
}

/** Where a folder really lies, symbolic links followed; the same if it does not exist. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** Why a file operation failed, in words. */
export function reason(cause: unknown): string {
  if (cause instanceof NotAFileError) {
    return `${cause.kind} where a file should be`;
  }
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
  if (code === 'ELOOP') {
    return 'a symbolic link that leads to itself';
  }
  if (code === 'EACCES') {
    return 'no permission to read it';
  }
  return message;
}
