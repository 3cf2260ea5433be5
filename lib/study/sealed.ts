/** The documents of a study: JSON with a checksum, so that one that was edited or damaged is told. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DataError } from '../errors.js';
import { findJsonFile, writeJsonFile } from '../files/json-file.js';

/** The version of the layout of a study's documents. */
const FORMAT = 1;

const schema = z.strictObject({
  format: z.literal(FORMAT),
  content: z.unknown(),
  sha256: z.string(),
});

/** SHA-256 of a value as JSON, in hexadecimal. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Writes a document in one step. */
export async function writeSealed(file: string, content: object): Promise<void> {
  // As it will be read: what JSON leaves out is left out of the checksum too.
  const plain = JSON.parse(JSON.stringify(content)) as object;
  await writeJsonFile(file, { format: FORMAT, content: plain, sha256: digestOf(plain) });
}

/**
 * Reads a document.
 *
 * @param advice - what to do about one that cannot be used
 * @returns undefined if there is none
 * @throws {@link DataError} if it was edited or is damaged, or of another version
 */
export async function readSealed(file: string, advice: string): Promise<unknown> {
  const stored = await findJsonFile(file);
  if (stored === undefined) {
    return undefined;
  }
  const parsed = schema.safeParse(stored);
  if (!parsed.success || digestOf(parsed.data.content) !== parsed.data.sha256) {
    throw new DataError(
      `${file}: expected a document of a study, version ${FORMAT}, as it was written, got one that was ` +
        `edited, is damaged or is another document; ${advice}`,
      file,
    );
  }
  return parsed.data.content;
}
