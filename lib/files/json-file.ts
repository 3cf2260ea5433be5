import { DataError } from '../errors.js';
import { writeFileAtomic } from './atomic-file.js';
import { readTextFile } from './text-file.js';

/** The largest JSON file that is read; a larger one is no document of this library. */
const MAX_BYTES = 64 * 2 ** 20;

/** The deepest nesting that is read; code that walks a document may rely on it. */
const MAX_DEPTH = 200;

/** True if lists and objects are nested more deeply than is read. */
function isTooDeep(document: unknown): boolean {
  let level = [document];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return level.some((value) => typeof value === 'object' && value !== null);
}

/**
 * Reads a JSON file.
 *
 * @throws {@link DataError} if it is missing, larger than 64 MiB, not JSON or nested more than
 *   200 levels deep; names the file and, where known, the position
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readTextFile(file, MAX_BYTES);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${file}: expected JSON, got a text that is not: ${reason}`, file);
  }
  if (isTooDeep(document)) {
    throw new DataError(`${file}: expected at most ${MAX_DEPTH} nested levels, got more`, file);
  }
  return document;
}

/** A value as indented JSON. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value ?? null, null, 2)}\n`;
}

/** Writes a value as {@link jsonText}, in one step. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeFileAtomic(file, jsonText(value));
}
