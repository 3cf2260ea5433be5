/** Architecture documents in files. */
import { DataError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { readTextFile } from '../files/text-file.js';
import type { Architecture } from './architecture.js';
import { ARCHITECTURE_MAX_LENGTH } from './architecture.js';
import { formatArchitecture } from './format.js';
import { parseArchitecture } from './parse.js';

/**
 * Reads an architecture file.
 *
 * @param file - path of the file
 * @throws {@link DataError} if the file is missing, unreadable, larger than 256 KiB or not an
 *   architecture; its `file` is set
 */
export async function readArchitecture(file: string): Promise<Architecture> {
  const text = await readTextFile(file, ARCHITECTURE_MAX_LENGTH);
  try {
    return parseArchitecture(text, file);
  } catch (error) {
    throw error instanceof DataError ? new DataError(error.message, file, { cause: error }) : error;
  }
}

/**
 * Writes an architecture file: in full or, if anything goes wrong, not at all.
 *
 * @param file - path of the file; an existing one is replaced
 * @throws {@link DataError} if the architecture is not valid or the file cannot be written
 */
export async function writeArchitecture(file: string, architecture: Architecture): Promise<void> {
  await writeFileAtomic(file, formatArchitecture(architecture));
}
