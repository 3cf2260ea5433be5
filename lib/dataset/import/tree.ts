/** The files of an export, listed once. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors.js';
import { jsonExcess, type JsonLimits } from '../../files/json-excess.js';
import { openFile } from '../../files/read-file.js';
import { listLines, readTextFile } from '../../files/text-file.js';
import { listFolder } from '../reading/files.js';

/** The largest annotation file: the longest text that JavaScript can hold. */
const MAX_BYTES = 2 ** 29 - 24;
/** Room for the annotations of COCO's 118,287 images, 0.9 million outlines of 60 million numbers. */
const LIMITS: JsonLimits = { depth: 200, values: 2 ** 27, lists: 2 ** 23 };
/** Files up to this size are looked at whole when a format is recognised; of larger ones the ends. */
const SNIFFED_BYTES = 2 ** 20;
const END_BYTES = 2 ** 16;

/** All files below a folder. */
export interface ExportTree {
  /** Absolute. */
  readonly root: string;
  /** Paths relative to the root, `/` between folders, sorted. */
  readonly files: readonly string[];
}

/**
 * Lists a folder and all below it, following links but no circle of them.
 *
 * @throws {@link DataError} if the folder is missing
 * @throws the signal's reason if it is aborted
 */
export async function listTree(folder: string, signal: AbortSignal): Promise<ExportTree> {
  const root = path.resolve(folder);
  const files: string[] = [];
  const seen = new Set<string>();
  const walk = async (relative: string): Promise<void> => {
    signal.throwIfAborted();
    const absolute = path.join(root, relative);
    const listing = await listFolder(absolute, 'import', 'pass the folder that the tool exported');
    const real = await realpath(absolute);
    if (seen.has(real)) {
      return;
    }
    seen.add(real);
    for (const name of listing.files) {
      files.push(relative === '' ? name : `${relative}/${name}`);
    }
    for (const name of listing.folders.filter((one) => one !== '__MACOSX')) {
      await walk(relative === '' ? name : `${relative}/${name}`);
    }
  };
  await walk('');
  return { root, files: files.sort() };
}

/** The folder of a path, `` for the root. */
export function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}

/** The last part of a path. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** A name without its last extension. */
export function stemOf(file: string): string {
  return baseName(file).replace(/\.[^.]*$/, '');
}

/** A path with `/` between folders, whatever system wrote it, without `.` and `..`. */
export function normalPath(file: string): string {
  return path.posix.normalize(file.replaceAll('\\', '/')).replace(/^\.\//, '');
}

/** Joins a folder of a tree and a path below it. */
export function joinPath(...parts: readonly string[]): string {
  return normalPath(parts.filter((part) => part !== '').join('/'));
}

/**
 * Reads a text file of an export.
 *
 * @throws {@link DataError} if it cannot be read, is no text or is too large
 */
export async function readText({ root }: ExportTree, file: string): Promise<string> {
  return readTextFile(path.join(root, file), MAX_BYTES);
}

/** The lines of a text file without blanks around them; empty ones are left out. */
export async function readLines(tree: ExportTree, file: string): Promise<string[]> {
  const lines = listLines(await readText(tree, file), path.join(tree.root, file)).map((line) =>
    line.trim(),
  );
  return lines.filter((line) => line !== '');
}

/**
 * Reads a JSON file of an export.
 *
 * @throws {@link DataError} if it cannot be read or is not JSON
 */
export async function readJson(tree: ExportTree, file: string): Promise<unknown> {
  const text = await readText(tree, file);
  const excess = jsonExcess(text, LIMITS);
  if (excess !== undefined) {
    const absolute = path.join(tree.root, file);
    throw new DataError(`${absolute}: expected ${excess}, got more; export fewer images`, absolute);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const absolute = path.join(tree.root, file);
    const reason = (cause as Error).message;
    throw new DataError(
      `${absolute}: expected JSON, got a text that is not: ${reason}; export it again`,
      absolute,
      { cause },
    );
  }
}

/** The text of a file, or both ends of a long one, to recognise what it is. */
export async function sniff({ root }: ExportTree, file: string): Promise<string> {
  const handle = await openFile(path.join(root, file));
  try {
    const { size } = await handle.stat();
    if (size <= SNIFFED_BYTES) {
      return await handle.readFile('utf8');
    }
    const ends = Buffer.alloc(2 * END_BYTES);
    await handle.read(ends, 0, END_BYTES, 0);
    await handle.read(ends, END_BYTES, END_BYTES, size - END_BYTES);
    return ends.toString('utf8');
  } finally {
    await handle.close();
  }
}
