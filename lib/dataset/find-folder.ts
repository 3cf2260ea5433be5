/** Finding the folder of a dataset below the one that a user names. */
import path from 'node:path';
import { DataError } from '../errors.js';
import { listFolder } from './reading/files.js';

/** How many names of what a folder holds instead are shown. */
const MOST_NAMES = 6;

/** How the folder of a dataset is recognised. */
export interface FolderMark {
  /** The dataset, for the error. */
  readonly where: string;
  /** Its usual path below the root, such as `VOCdevkit/VOC2012`. */
  readonly usual: string;
  /** The folders that must lie in it. */
  readonly folders: readonly string[];
}

/**
 * The folder that holds a dataset: the root, the usual path below it, or the rest of that path if
 * the root is part of it.
 *
 * @throws {@link DataError} naming the missing folders and what is there instead
 */
export async function findDatasetFolder(root: string, mark: FolderMark): Promise<string> {
  const { where, usual, folders } = mark;
  const hint = `pass the folder that holds ${usual} as the option root`;
  const { folders: present, files } = await listFolder(root, where, hint);
  const steps = usual.split('/');
  const candidates = [root, ...steps.map((_, i) => path.join(root, ...steps.slice(i)))];
  // The candidate that lacks least tells what is missing.
  let best = { folder: root, missing: folders };
  for (const folder of candidates) {
    const inside = await listFolder(folder, '', '').catch(() => undefined);
    const missing = folders.filter((name) => !(inside?.folders ?? []).includes(name));
    if (missing.length === 0) {
      return folder;
    }
    if (missing.length < best.missing.length) {
      best = { folder, missing };
    }
  }
  const isPart = best.missing.length < folders.length;
  throw new DataError(
    isPart
      ? `${where}: expected the folders ${folders.join(', ')} in ${best.folder}, got none called ` +
          `${best.missing.join(', ')}; unpack the whole download there`
      : `${where}: expected ${usual} with ${folders.join(', ')} in ${path.resolve(root)}, got ` +
          `${namesOf([...present, ...files])}; ${hint}`,
    best.folder,
  );
}

/** A few of the names in a folder, in words. */
export function namesOf(names: readonly string[]): string {
  if (names.length === 0) {
    return 'an empty folder';
  }
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
