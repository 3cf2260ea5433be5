/** The folder of a tutorial: marked as ours by its results, so that nothing else is removed. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { fileError } from '../files/file-error.js';
import { writeJsonFile } from '../files/json-file.js';

const RESULTS = 'tutorial.json';

/** Writes the results of a tutorial. */
export async function writeResults(out: string, results: object): Promise<void> {
  await writeJsonFile(join(out, RESULTS), results);
}

/**
 * Makes the folder ready for a new tutorial.
 *
 * @param isLeftover - whether an entry is what an earlier tutorial left and a new one replaces
 * @throws {@link ConfigError} if it holds anything else
 */
export async function prepareTutorialFolder(
  out: string,
  isLeftover: (name: string) => boolean,
): Promise<void> {
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw fileError('create', out, error);
  });
  const names = await readdir(out);
  if (names.length > 0 && !names.includes(RESULTS)) {
    throw new ConfigError(
      `tutorial --out ${out}: expected a new folder, an empty one or that of an earlier tutorial, ` +
        `got one with ${names.slice(0, 3).join(', ')}; choose another folder`,
    );
  }
  for (const name of names.filter(isLeftover)) {
    await rm(join(out, name), { recursive: true, force: true });
  }
  await writeResults(out, { isComplete: false });
}
