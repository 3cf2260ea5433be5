/**
 * `npm run coverage`: runs the whole suite and counts the lines of the library that it executes, in its
 * own processes and in those that it starts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/machine.js';
import { linesOfChildren } from './children.js';
import {
  byRoom,
  countLines,
  executedLines,
  sumOfLines,
  union,
  type FileCoverage,
  type LineCounts,
} from './lines.js';
import { conditionsOf, record } from './record.js';

/** The root of the project: two folders up from out/quality. */
const root = fileURLToPath(new URL('../..', import.meta.url));

const folder = path.join(root, 'out', 'coverage');
const children = path.join(folder, 'children');

/** Files with a smaller share are listed. */
const GOAL = 0.9;

/** What is counted of a file, and the lines that nothing executes. */
interface FileResult extends LineCounts {
  readonly missing: readonly number[];
}

/** Runs the test files whose paths hold one of the filters, or all; true if all tests passed. */
function runSuite(filters: readonly string[]): boolean {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(children, { recursive: true });
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', ...filters],
      ...['--config', 'test/quality/coverage.vitest.config.ts'],
    ],
    { cwd: root, stdio: 'inherit' },
  );
  return status === 0;
}

async function results(): Promise<Record<string, FileResult>> {
  const report = path.join(folder, 'tests', 'coverage-final.json');
  const own = JSON.parse(readFileSync(report, 'utf8')) as Record<string, FileCoverage>;
  const elsewhere = await linesOfChildren(children, path.join(root, 'dist'));
  const files: Record<string, FileResult> = {};
  for (const file of Object.keys(own).sort()) {
    const lines = union(executedLines(own[file]), elsewhere.get(file) ?? new Map());
    const missing = [...lines].flatMap(([line, isExecuted]) => (isExecuted ? [] : [line]));
    // A file of types alone has no lines.
    if (lines.size > 0) {
      const name = path.relative(root, file).replaceAll(path.sep, '/');
      files[name] = { ...countLines(lines), missing };
    }
  }
  return files;
}

const share = ({ covered, lines }: LineCounts) => `${((100 * covered) / lines).toFixed(1)} %`;

function print(files: Readonly<Record<string, FileResult>>): void {
  for (const [file, counts] of Object.entries(files)) {
    if (counts.covered < GOAL * counts.lines) {
      console.log(`${share(counts)}  ${file}: not ${counts.missing.join(', ')}`);
    }
  }
  for (const [room, counts] of Object.entries(byRoom(files))) {
    console.log(`${share(counts)}  ${room}: ${counts.covered} of ${counts.lines} lines`);
  }
  console.log(`${share(sumOfLines(Object.values(files)))}  all`);
}

const HELP = `Usage: npm run coverage -- [--record] [FILTER...]

Filters choose test files, such as test/decoder; all of them by default.
--record writes the counts of the whole suite to test/quality/recorded.json and its README.`;

async function run(filters: readonly string[], isRecorded: boolean): Promise<void> {
  const start = performance.now();
  const isGreen = runSuite(filters);
  const files = await results();
  writeFileSync(path.join(folder, 'lines.json'), `${JSON.stringify(files, undefined, 1)}\n`);
  print(files);
  if (isRecorded) {
    const conditions = conditionsOf(describeMachine(root), 'npm run coverage', start);
    await record(path.join(root, 'test', 'quality'), (recorded) => ({
      ...recorded,
      coverage: { ...conditions, rooms: byRoom(files) },
    }));
  }
  process.exitCode = isGreen ? 0 : 1;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean' }, help: { type: 'boolean' } },
});
const isPart = values.record === true && positionals.length > 0;
if (values.help === true || isPart) {
  console.log(HELP);
  process.exitCode = isPart ? 1 : 0;
} else {
  await run(positionals, values.record === true);
}
