/** Cases as files, and one of them again. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FormatCases } from './engine/cases.js';
import { makePlace } from './engine/place.js';
import type { FormatResult } from './engine/results.js';
import type { Files, FuzzFormat } from './format.js';

function writeCase(root: string, format: string, seed: number, number: number, files: Files) {
  const folder = path.join(root, 'out', 'fuzz-cases', `${format}-${seed}-${number}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return path.relative(root, folder);
}

async function withCases<T>(
  format: FuzzFormat,
  seed: number,
  work: (cases: FormatCases) => T | Promise<T>,
): Promise<T> {
  const place = makePlace();
  try {
    return await work(await FormatCases.open(format, seed, place));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * Writes the files of the cases that are faults.
 *
 * @returns a line per fault
 */
export async function writeFaults(
  root: string,
  format: FuzzFormat,
  { faults, seed }: FormatResult,
): Promise<string[]> {
  if (faults.length === 0) {
    return [];
  }
  return withCases(format, seed, (cases) =>
    faults.map(({ kind, case: number, message, count }) => {
      const folder = writeCase(root, format.name, seed, number, cases.make(number).files);
      const [first] = message.split('\n');
      return (
        `${format.name}: ${kind} (${count} cases): ${first}\n  ${folder}; ` +
        `npm run fuzz -- --formats ${format.name} --seed ${seed} --case ${number}`
      );
    }),
  );
}

/** Makes and reads one case in this process: what was changed, where its files are, how it ended. */
export async function repeatCase(
  root: string,
  format: FuzzFormat,
  seed: number,
  number: number,
): Promise<string> {
  return withCases(format, seed, async (cases) => {
    const { steps, files } = cases.make(number);
    const folder = writeCase(root, format.name, seed, number, files);
    console.error(`${steps.join('; ')}\n${folder}`); // before it is read, which may not end
    const start = performance.now();
    const outcome = await cases.run(number);
    const ms = (performance.now() - start).toFixed(1);
    return `${ms} ms: ${JSON.stringify(outcome, undefined, 2).replaceAll('\\n', '\n')}`;
  });
}
