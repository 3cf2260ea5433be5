/** The mark in a picture that a prediction wrote, by which it is never taken for an input. */
import type { FileHandle } from 'node:fs/promises';
import { openFile } from '../files/read-file.js';

/** The program that the EXIF data of a predicted picture names as its maker. */
export const PREDICTED_BY = 'autodeeplab predict';

/** The mark stands before the pixels, within this many bytes. */
const HEAD = 4096;

/** Whether a file bears the mark; false if it cannot be read, which whoever reads it then says. */
export async function isPredicted(file: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead).includes(PREDICTED_BY, 0, 'latin1');
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}
