/** Lists notebooks, and finds the one that a number, a name or a path means. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../errors.js';
import { fileError } from '../../files/file-error.js';
import { nearestName } from './edit-distance.js';

const EXTENSION = '.ipynb';

/** The notebooks of this package. */
const OWN_FOLDER = fileURLToPath(new URL('../../../notebooks', import.meta.url));

/** The folder of notebooks: `notebooks` in the current folder if it is there, else the package's. */
export function notebookFolder(): string {
  return existsSync('notebooks') ? 'notebooks' : OWN_FOLDER;
}

/**
 * The notebooks of a folder in reading order, which is that of their names.
 *
 * @throws {@link DataError} if the folder cannot be read
 */
export async function listNotebooks(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw fileError('list', folder, error);
  }
  return names
    .filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** The name without folder and extension. */
export function notebookName(file: string): string {
  return path.basename(file, EXTENSION);
}

/** `04-decoding` → `decoding`. */
const withoutNumber = (name: string): string => name.replace(/^\d+[-_ ]?/, '');

/**
 * The notebook that a reader means.
 *
 * @param wanted - a path, a number as in `4` or `04`, a name with or without number and extension
 * @param files - the notebooks to choose from
 * @throws {@link ConfigError} if there is no such notebook, or more than one
 */
export function findNotebook(wanted: string, files: readonly string[]): string {
  if (wanted.endsWith(EXTENSION) && existsSync(wanted)) {
    return wanted;
  }
  const name = notebookName(wanted);
  const isNumber = /^\d+$/.test(wanted);
  const matches = files.filter((file) => {
    const own = notebookName(file);
    const number = /^\d+/.exec(own)?.[0];
    return isNumber
      ? number !== undefined && Number(number) === Number(wanted)
      : own === name || withoutNumber(own) === name;
  });
  if (matches.length === 1) {
    return matches[0];
  }
  const names = files.map(notebookName);
  if (matches.length > 1) {
    throw new ConfigError(
      `notebook: expected one that "${wanted}" means, got ${matches.map(notebookName).join(' and ')}; ` +
        'use the whole name',
    );
  }
  const nearest = nearestName(name, [...names, ...names.map(withoutNumber)]);
  throw new ConfigError(
    `notebook: expected a path or one of ${names.join(', ') || '(there are none)'}, got "${wanted}"` +
      (nearest === undefined ? '' : `; did you mean ${nearest}?`),
  );
}
