/** Tells this version of the library from all others. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of all rooms. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let mark: string | undefined;

/** A digest of the library's code, file by file: a number of a version says nothing of one that is changed. */
export function libraryMark(): string {
  if (mark === undefined) {
    const digest = createHash('sha256');
    const names = readdirSync(ROOT, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => /(?<!\.d)\.[jt]s$/.test(one)).sort()) {
      digest.update(`${name}\n`).update(readFileSync(join(ROOT, name)));
    }
    mark = digest.digest('hex');
  }
  return mark;
}
