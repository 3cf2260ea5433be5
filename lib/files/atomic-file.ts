/**
 * Writing files so that a reader, or the same program after a crash, sees the old content or the
 * new one, never a part: write a temporary file beside it, flush it to the disk, rename it, flush
 * the folder.
 */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileError } from './file-error.js';
import { removeAbandonedFiles, temporaryName } from './temporary-file.js';

/** Some systems refuse to write more than 2 GiB at once. */
const LARGEST_WRITE = 2 ** 30;

/** The content of a file: all of it, or in pieces. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** Writes all bytes at a position of an open file. */
export async function writeBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, LARGEST_WRITE);
    const { bytesWritten } = await handle.write(bytes, done, length, position + done);
    done += bytesWritten;
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes a file that another writer has closed to the disk. */
export async function syncFile(file: string): Promise<void> {
  await sync(file, 'r+');
}

/** Flushes the entries of a folder to the disk, where the system allows it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await sync(folder, 'r');
  } catch (error) {
    // Windows cannot open folders, some network file systems cannot flush them.
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(errorCode(error) ?? '')) {
      throw error;
    }
  }
}

/** How a file is written. */
export interface WriteOptions {
  /**
   * Whether the content is on the disk when the writing ends; default true. Without, a file that was
   * written shortly before a loss of power may be damaged.
   */
  readonly flush?: boolean;
}

/**
 * Replaces a file in one step. The first write into a folder also removes what killed processes left
 * there of theirs.
 *
 * @param content - text (UTF-8), bytes, or pieces of bytes in order
 * @throws {@link DataError} if it cannot be written; the file is then as it was before
 *
 * @example
 * await writeFileAtomic('runs/search/notes.json', '{}\n');
 */
export async function writeFileAtomic(
  file: string,
  content: FileContent,
  { flush = true }: WriteOptions = {},
): Promise<void> {
  const pieces =
    typeof content === 'string'
      ? [Buffer.from(content)]
      : content instanceof Uint8Array
        ? [content]
        : content;

  await removeAbandonedFiles(dirname(file));
  const temporary = temporaryName(file);
  try {
    const handle = await open(temporary, 'wx');
    try {
      let position = 0;
      for (const piece of pieces) {
        await writeBytes(handle, piece, position);
        position += piece.length;
      }
      if (flush) {
        await handle.sync();
      }
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    if (flush) {
      await syncFolder(dirname(file));
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error says more
    throw fileError('write', file, error);
  }
}
