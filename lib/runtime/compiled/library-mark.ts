/** Tells this version of the library from all others. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of all rooms. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A digest of the code in a folder, file by file: a number of a version says nothing of one that is changed.
 *
 * @param began - when the thread that runs began, in ms since 1970
 * @returns undefined if a file is newer: it may not be what the thread has loaded
 */
export function markOf(folder: string, began: number): string | undefined {
  const digest = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((one) => /(?<!\.d)\.[jt]s$/.test(one)).sort()) {
    const file = join(folder, name);
    // npm gives files a time of their own as that of their last change, but not as that of their state.
    if (statSync(file).ctimeMs >= began) {
      return undefined;
    }
    digest.update(`${name}\n`).update(readFileSync(file));
  }
  return digest.digest('hex');
}

let known: { readonly mark: string | undefined } | undefined;

/** The digest of this library's code; undefined if it has changed since this thread began. */
export function libraryMark(): string | undefined {
  known ??= { mark: markOf(ROOT, performance.timeOrigin) };
  return known.mark;
}
