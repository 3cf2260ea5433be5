/** The architecture that a word means, on the command line or in a recipe. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { readArchitecture } from '../architecture/file.js';
import { publishedArchitecture } from '../architecture/published.js';
import { checkDocument } from './manifest.js';

/** @param source - `published`, an architecture file, or the folder of a run that holds one */
export async function architectureFrom(source: string): Promise<Architecture> {
  if (source === 'published') {
    return publishedArchitecture;
  }
  const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? false;
  const file = isFolder ? join(source, 'architecture.json') : source;
  await checkDocument(file);
  return readArchitecture(file);
}
