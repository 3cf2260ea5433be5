/** Trees with as many files as the whole downloads have, all of them empty: for listing, not reading. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes empty files, with the folders they need. */
export function writeEmptyFiles(root: string, names: Iterable<string>): void {
  const folders = new Set<string>();
  for (const name of names) {
    const file = path.join(root, name);
    const folder = path.dirname(file);
    if (!folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      folders.add(folder);
    }
    writeFileSync(file, '');
  }
}

export { ids } from '../bench/full-trees.js';

/** Seconds of processor time that a piece of work takes, with its result: a busy machine adds none. */
export async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1e6];
}
