/** Profiles in files. */
import { z } from 'zod';
import { describeIssue } from '../../check-options.js';
import { DataError } from '../../errors.js';
import { readJsonFile, writeJsonFile } from '../../files/json-file.js';
import type { LatencyProfile } from './profile.js';

const count = z.int().min(1);

const schema = z.object({
  version: z.literal(1),
  machine: z.object({
    processor: z.string(),
    cores: count,
    backend: z.string(),
    threads: count,
    date: z.string(),
    libraryVersion: z.string(),
  }),
  network: z.object({
    filterMultiplier: count,
    classes: count,
    stemWidths: z.tuple([count, count]),
    headFilters: count,
    imagePoolingNorm: z.enum(['batch', 'none']),
    height: count,
    width: count,
    blocks: count,
  }),
  pieces: z.record(z.string(), z.object({ seconds: z.number().min(0), runs: z.int().min(0) })),
});

/**
 * Reads the file of a profile.
 *
 * @throws {@link DataError} if it is missing, unreadable or not a profile
 */
export async function readProfile(file: string): Promise<LatencyProfile> {
  const result = schema.safeParse(await readJsonFile(file));
  if (!result.success) {
    throw new DataError(
      `${file}: expected a latency profile, got ${describeIssue(result.error)}; measure one with ` +
        '`npx autodeeplab profile`',
      file,
    );
  }
  return result.data;
}

/** Writes the file of a profile: in full or not at all. */
export async function writeProfile(file: string, profile: LatencyProfile): Promise<void> {
  await writeJsonFile(file, profile);
}
