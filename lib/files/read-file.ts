/**
 * Opening files for reading, in one place: what is no file, such as a pipe without a writer, a socket or
 * a device without an end, is refused at once instead of being waited for.
 */
import {
  closeSync,
  constants,
  openSync,
  readFileSync as readDescriptor,
  statSync,
  type Stats,
} from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { DataError } from '../errors.js';

/** Opening waits for nobody, such as the writer of a pipe; Windows has no such pipes in folders. */
const READ = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** What something that is no file is, in words. */
function kindOf(info: Stats): string {
  if (info.isDirectory()) {
    return 'a folder';
  }
  if (info.isFIFO()) {
    return 'a pipe';
  }
  return info.isSocket() ? 'a socket' : 'a device';
}

/** The error for what is no file. */
export class NotAFileError extends DataError {
  /** @param kind - what it is, in words, such as `a pipe` */
  constructor(
    file: string,
    readonly kind: string,
  ) {
    super(`${file}: expected a file, got ${kind}; check the path`, file);
  }
}

function checkIsFile(file: string, info: Stats): void {
  if (!info.isFile()) {
    throw new NotAFileError(file, kindOf(info));
  }
}

/** The error for a socket, which cannot be opened: it says what the system's does not. */
async function whyNotOpen(file: string, error: unknown): Promise<never> {
  const info = await stat(file).catch(() => undefined);
  if (info) {
    checkIsFile(file, info);
  }
  throw error;
}

/**
 * Opens a file for reading.
 *
 * @returns the open file, which the caller closes
 * @throws {@link DataError} at once if it is no file but a folder, a pipe, a socket or a device
 * @throws the system's error if it cannot be opened
 */
export async function openFile(file: string): Promise<FileHandle> {
  const handle = await open(file, READ).catch((error: unknown) => whyNotOpen(file, error));
  try {
    checkIsFile(file, await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads a whole file.
 *
 * @param maxBytes - larger files are refused before they are read
 * @throws {@link DataError} if it is larger, or no file, see {@link openFile}
 * @throws the system's error if it cannot be read
 */
export async function readFile(file: string, maxBytes = Infinity): Promise<Buffer> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) {
      throw new DataError(
        `${file}: expected at most ${maxBytes} bytes, got ${size}; check the path`,
        file,
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Reads a whole file at once, see {@link readFile}. */
export function readFileSync(file: string): Buffer {
  checkIsFile(file, statSync(file));
  const descriptor = openSync(file, READ);
  try {
    return readDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Throws unless there is a file, for programs that open it themselves.
 *
 * @throws {@link DataError} if it is no file, see {@link openFile}
 * @throws the system's error if there is nothing
 */
export async function expectFile(file: string): Promise<void> {
  checkIsFile(file, await stat(file));
}
