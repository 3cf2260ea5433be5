/**
 * `npm run mutate`: changes the library in small ways, one at a time, and counts how many of these
 * mutants the tests notice. Results are kept in `out/mutation`: a mutant is tested again only if its
 * code or a test that reaches it has changed.
 */
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import type { MutantResult } from '@stryker-mutator/api/core';
import { describeMachine } from '../bench/machine.js';
import { countByFile, scoreOf, sumOf } from './mutants.js';
import { conditionsOf, record } from './record.js';

/** The root of the project: two folders up from out/quality. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files of each part; a part is a run of its own. */
const PARTS: Readonly<Record<string, string>> = {
  metrics: 'lib/metrics/*.ts',
  optimizer: 'lib/optimizer/*.ts',
  architecture: 'lib/architecture/*.ts',
  decoder: 'lib/decoder/*.ts',
  'search-space': 'lib/search-space/*.ts',
  'search-space/operations': 'lib/search-space/operations/*.ts',
  'search-space/supernet': 'lib/search-space/supernet/*.ts',
};

const HELP = `Usage: npm run mutate -- [--record] [--processes N] [PART...]

Parts: ${Object.keys(PARTS).join(', ')}; all of them by default.
--processes: how many test mutants side by side, 1 by default.
--record writes the counts to test/quality/recorded.json and its README.`;

function mutate(part: string, processes: number): Promise<MutantResult[]> {
  const name = part.replace('/', '-');
  const stryker = new Stryker({
    mutate: [PARTS[part]],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/quality/mutation.vitest.config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: processes,
    // The tests of a mutant take a second or two; much longer on a machine that does other things as
    // well, and then a mutant must not pass for endless. Most loops without end are known by their hits.
    timeoutMS: 60_000,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: `out/mutation/${name}.incremental.json`,
    reporters: ['html', 'progress-append-only'],
    htmlReporter: { fileName: `out/mutation/${name}.html` },
    tempDirName: `out/mutation/${name}-sandbox`,
    ignorePatterns: ['data', 'dist', 'notebooks', 'out'],
  });
  return stryker.runMutationTest();
}

async function run(
  parts: readonly string[],
  processes: number,
  isRecorded: boolean,
): Promise<void> {
  for (const part of parts) {
    const start = performance.now();
    const files = countByFile(await mutate(part, processes), root);
    console.log(`${part}: ${(100 * scoreOf(sumOf(files))).toFixed(1)} % noticed`);
    console.table(files);
    if (isRecorded) {
      const conditions = conditionsOf(describeMachine(root), `npm run mutate -- ${part}`, start);
      await record(path.join(root, 'test', 'quality'), ({ mutants, ...rest }) => ({
        ...rest,
        mutants: { ...mutants, [part]: { ...conditions, files } },
      }));
    }
  }
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'boolean' },
    processes: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
const unknown = positionals.filter((part) => !Object.hasOwn(PARTS, part));
const processes = Number(values.processes);
const isWrong = unknown.length > 0 || !(Number.isInteger(processes) && processes > 0);
process.chdir(root);
if (values.help === true || isWrong) {
  console.log(HELP);
  process.exitCode = isWrong ? 1 : 0;
} else {
  const parts = positionals.length > 0 ? positionals : Object.keys(PARTS);
  await run(parts, processes, values.record === true);
}
