/** Runs compiled examples one after the other; compiled and copied beside them. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checked } from './checks.js';

/** What is asked of the runner: `list.json` beside it. */
export interface RunList {
  readonly files: readonly string[];
  /** The folder to work in; it is empty. */
  readonly folder: string;
  /** At most so long for each, in ms. */
  readonly limit: number;
}

/** What an example gave: `results.json`. */
export interface RunResult {
  readonly file: string;
  readonly error?: string;
  /** Values of comments that were compared. */
  readonly checks: number;
  readonly seconds: number;
}

const here = import.meta.dirname;
const { files, folder, limit } = JSON.parse(
  readFileSync(path.join(here, 'list.json'), 'utf8'),
) as RunList;

process.chdir(folder);
await import(pathToFileURL(path.join(here, 'given.js')).href);
console.log = () => undefined; // what examples print is of no interest

const results: RunResult[] = [];
for (const [i, file] of files.entries()) {
  const own = path.join(folder, `example-${i}`);
  cpSync('runs', path.join(own, 'runs'), { recursive: true });
  cpSync('notebooks', path.join(own, 'notebooks'), { recursive: true });
  process.chdir(own);
  const before = checked.count;
  const start = performance.now();
  let error: string | undefined;
  try {
    await withLimit(import(pathToFileURL(file).href));
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  const seconds = (performance.now() - start) / 1000;
  results.push({ file, checks: checked.count - before, seconds, ...(error && { error }) });
  process.chdir(folder);
}
writeFileSync(path.join(here, 'results.json'), JSON.stringify(results));
process.exit(0);

async function withLimit(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit} ms`)), limit);
  });
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
