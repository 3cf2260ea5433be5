/** `npm run bench`: measures the library, beside PyTorch where there is one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../helpers/run-program.js';
import { describeCase, isPytorch, precisionOf, type Case, type Implementation } from './cases.js';
import type { ChildCommand } from './child-worker.js';
import { growthOf } from './growth.js';
import { availableMiB, describeMachine, type Machine } from './machine.js';
import { blocksOf, measureBlock } from './measure.js';
import { MemoryGuard } from './memory-guard.js';
import { parseOptions, type BenchOptions } from './options.js';
import { describeCaseProfile, profileCase, profiledCases, type CaseProfile } from './profile.js';
import { findTorchPython, pythonCandidates } from './python.js';
import { READING_CASES } from './reading/images.js';
import { measureReading, readingCells, type ReadingRow } from './reading/measure.js';
import { describeMachineLine, formatReport, progressLine, table } from './report.js';
import type { Row } from './row.js';
import { matches, selectCases, selectModes } from './select.js';

/** The root of the project: two folders up both from test/bench and from out/bench. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** So much of the free memory may be taken. */
const SHARE_OF_MEMORY = 0.9;

/** Memory for all processes together, MiB. */
function memoryLimit(gibibytes: number | undefined): number {
  return gibibytes === undefined ? SHARE_OF_MEMORY * availableMiB() : 1024 * gibibytes;
}

function listCases(cases: readonly Case[]): string {
  const rows = cases.map((entry) => [
    entry.name,
    describeCase(entry),
    entry.implementations.join(', '),
  ]);
  return table([['case', 'what', 'by'], ...rows], 3);
}

async function torchCommand({ python }: BenchOptions): Promise<ChildCommand | undefined> {
  const candidates = pythonCandidates(python, process.env, root);
  const program = await findTorchPython(candidates);
  if (program === undefined) {
    console.error(`no Python with PyTorch among ${candidates.join(', ')}: its rows are left out`);
    return undefined;
  }
  return { program, parameters: [path.join(root, 'test', 'bench', 'child', 'torch_child.py')] };
}

function writeResults(file: string, results: object): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The machine with the versions that the rows name. */
function withVersions(machine: Machine, rows: readonly Row[]): Machine {
  const entries = rows.flatMap((row) => Object.entries(row.versions));
  const versions = Object.fromEntries(entries.filter(([name]) => name !== 'node'));
  return { ...machine, versions };
}

async function runReading({ runs, json, quick, only, list }: BenchOptions): Promise<void> {
  const machine = describeMachine(root);
  const cases = READING_CASES.filter(({ name }) => only === undefined || matches(only, name));
  if (list || cases.length === 0) {
    console.log(READING_CASES.map(({ name }) => name).join('\n'));
    return;
  }
  const rows: ReadingRow[] = [];
  for (const entry of quick ? cases.slice(0, 1) : cases) {
    rows.push(...(await measureReading(entry, runs)));
    console.error(`${entry.name}: done`);
    if (json !== undefined) {
      writeResults(json, { machine, runs, rows });
    }
  }
  console.log(`${describeMachineLine(machine)}\n\n${table(readingCells(rows), 2)}`);
}

const node: ChildCommand = {
  program: process.execPath,
  parameters: [path.join(root, 'out', 'bench', 'child', 'main.js')],
};

async function runProfiles({
  only,
  modes,
  quick,
  list,
  json,
  memory,
}: BenchOptions): Promise<void> {
  const cases = profiledCases(selectCases(only, quick));
  if (list) {
    console.log(listCases(cases));
    return;
  }
  const machine = describeMachine(root);
  console.log(describeMachineLine(machine));
  const compiled = ['compiled', 'compiled-bfloat16'] as const;
  const wanted: readonly Implementation[] = modes === undefined ? ['compiled'] : selectModes(modes);
  const profiled = compiled.filter((one) => wanted.includes(one));
  const profiles: CaseProfile[] = [];
  for (const entry of cases) {
    for (const implementation of profiled) {
      const guard = new MemoryGuard(memoryLimit(memory));
      const profile = await profileCase(entry, precisionOf(implementation), node, guard);
      profiles.push(profile);
      console.log(`\n${describeCaseProfile(entry, profile)}`);
      if (json !== undefined) {
        writeResults(json, { machine, profiles });
      }
    }
  }
}

async function runBench(options: BenchOptions): Promise<void> {
  if (options.reading) {
    await runReading(options);
    return;
  }
  if (options.profile) {
    await runProfiles(options);
    return;
  }
  const cases = selectCases(options.only, options.quick);
  const implementations = selectModes(options.modes);
  if (options.list) {
    console.log(listCases(cases));
    return;
  }
  const machine = describeMachine(root);
  const wantsTorch =
    implementations.some(isPytorch) && cases.some((entry) => entry.implementations.some(isPytorch));
  const measureOptions = {
    implementations,
    runs: options.runs,
    node,
    torch: wantsTorch ? await torchCommand(options) : undefined,
    guard: new MemoryGuard(memoryLimit(options.memory)),
    onNote: (text: string) => {
      console.error(`  ${text}`);
    },
  };
  const rows: Row[] = [];
  const results = () => {
    const growth = growthOf(cases, rows);
    return { machine: withVersions(machine, rows), runs: options.runs, rows, growth };
  };
  for (const block of blocksOf(cases)) {
    console.error(block.map((entry) => `${entry.name}: ${describeCase(entry)}`).join('\n'));
    const measured = await measureBlock(block, measureOptions);
    rows.push(...measured);
    console.error(measured.map(progressLine).join('\n'));
    if (options.json !== undefined) {
      writeResults(options.json, results()); // after each case: a long run may be ended
    }
  }
  const { machine: described, growth } = results();
  console.log(formatReport(described, rows, growth));
}

await runProgram(() => runBench(parseOptions(process.argv.slice(2))));
