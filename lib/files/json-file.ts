import { DataError } from '../errors.js';
import { writeFileAtomic } from './atomic-file.js';
import { errorCode } from './file-error.js';
import { jsonExcess } from './json-excess.js';
import { MAX_TEXT_BYTES, readTextFile } from './text-file.js';

/**
 * Reads a JSON file.
 *
 * @throws {@link DataError} if it is missing, larger than 64 MiB, not JSON, nested more than 200 levels
 *   deep or made of more than two million values; names the file and, where known, the position
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file, MAX_TEXT_BYTES);
  const excess = jsonExcess(text);
  if (excess !== undefined) {
    throw new DataError(`${file}: expected ${excess}, got more; check the path`, file);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${file}: expected JSON, got a text that is not: ${reason}`, file);
  }
}

/**
 * Reads a JSON file that may not be there.
 *
 * @returns undefined if there is no such file, as null is JSON
 * @throws {@link DataError} as {@link readJsonFile}
 */
export async function findJsonFile(file: string): Promise<unknown> {
  try {
    return await readJsonFile(file);
  } catch (error) {
    const code = error instanceof DataError ? errorCode(error.cause) : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw error;
  }
}

/** A value as indented JSON. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value ?? null, null, 2)}\n`;
}

/** Writes a value as {@link jsonText}, in one step. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeFileAtomic(file, jsonText(value));
}
