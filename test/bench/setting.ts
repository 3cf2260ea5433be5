/** What all measurements share: where they run, the children, the memory, the files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeCase, isPytorch, type Case, type Implementation } from './cases.js';
import type { ChildCommand } from './child-worker.js';
import { availableMiB } from './machine.js';
import type { MeasureOptions } from './measure.js';
import { MemoryGuard } from './memory-guard.js';
import type { BenchOptions } from './options.js';
import { findTorchPython, pythonCandidates } from './python.js';
import { table } from './report.js';

/** The root of the project: two folders up both from test/bench and from out/bench. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The child process on Node. */
export const node: ChildCommand = {
  program: process.execPath,
  parameters: [path.join(root, 'out', 'bench', 'child', 'main.js')],
};

/** So much of the free memory may be taken. */
const SHARE_OF_MEMORY = 0.9;

/** Memory for all processes together, MiB. */
export function memoryLimit(gibibytes: number | undefined): number {
  return gibibytes === undefined ? SHARE_OF_MEMORY * availableMiB() : 1024 * gibibytes;
}

/** The cases as a table. */
export function listCases(cases: readonly Case[]): string {
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

/** Writes results as JSON, with the folder of the file. */
export function writeResults(file: string, results: object): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** What measuring needs; PyTorch is looked for where one of the cases has it. */
export async function measureOptionsFor(
  options: BenchOptions,
  implementations: readonly Implementation[],
  cases: readonly Case[],
): Promise<MeasureOptions> {
  const wantsTorch =
    implementations.some(isPytorch) && cases.some((entry) => entry.implementations.some(isPytorch));
  return {
    implementations,
    runs: options.runs,
    node,
    torch: wantsTorch ? await torchCommand(options) : undefined,
    guard: new MemoryGuard(memoryLimit(options.memory)),
    onNote: (text: string) => {
      console.error(`  ${text}`);
    },
  };
}
