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

/** Ids of a kind: `a_000000` and so on. */
export function ids(prefix: string, count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}_${String(first + i).padStart(6, '0')}`);
}

/** Seconds that a piece of work takes, with its result. */
export async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}
