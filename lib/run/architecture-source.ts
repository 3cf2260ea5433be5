/** The architecture that a word means, on the command line or in a recipe. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { readArchitecture } from '../architecture/file.js';
import { publishedArchitecture } from '../architecture/published.js';
import { DataError } from '../errors.js';
import { errorCode } from '../files/file-error.js';
import { runHolder } from './holder.js';
import { checkDocument } from './manifest.js';
import { findSettings } from './settings.js';

/** What to say of a search that has no architecture; undefined if the folder is not one. */
async function unendedSearch(folder: string): Promise<string | undefined> {
  if ((await findSettings(folder))?.kind !== 'search') {
    return undefined;
  }
  const holder = await runHolder(folder);
  return holder === undefined
    ? `${folder}: expected a search that has ended, got one that was interrupted; resume it to its end, or ` +
        `decode what it has learned so far: npx autodeeplab decode ${folder}`
    : `${folder}: expected a search that has ended, got one that is running (${holder}); wait for its end, or ` +
        `decode what it has learned so far: npx autodeeplab decode ${folder} --out FILE, and take that file`;
}

/**
 * Reads the architecture that a word means.
 *
 * @param source - `published`, an architecture file, or the folder of a run that holds one
 * @throws {@link DataError} if it cannot be read, such as that of a search that has not ended
 */
export async function architectureFrom(source: string): Promise<Architecture> {
  if (source === 'published') {
    return publishedArchitecture;
  }
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  const file = isFolder ? join(source, 'architecture.json') : source;
  await checkDocument(file);
  try {
    return await readArchitecture(file);
  } catch (error) {
    const isMissing = error instanceof DataError && errorCode(error.cause) === 'ENOENT';
    const reason = isMissing ? await unendedSearch(dirname(file)) : undefined;
    throw reason === undefined ? error : new DataError(reason, file, { cause: error });
  }
}
