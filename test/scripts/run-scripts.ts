/** Compiles the scenarios into scripts and runs them in processes of their own. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import type { Scenario, Way } from './scenario.js';
import { PLAIN } from './scenarios.js';
import { ON_BACKEND } from './scenarios-on-backend.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Below the project, so that the scripts find its packages. */
const compiled = path.join(repository, 'out', `scripts-${process.pid}`);
const folder = temporaryFolder();
const root = path.join(folder, 'data');

/** A script that takes longer hangs. */
const LIMIT_MS = 120_000;

/** A scenario and its way. */
export type Pair = readonly [name: string, way: Way];

/** All ways of scenarios. */
export const pairs = (scenarios: Readonly<Record<string, Scenario>>): Pair[] =>
  Object.entries(scenarios).flatMap(([name, ways]) =>
    Object.keys(ways).map((way) => [name, way as Way] as const),
  );

/** What a script runs that uses a backend. */
export const pairsOnBackend = () => pairs({ 'Loader.epoch': PLAIN['Loader.epoch'], ...ON_BACKEND });

/** How a script ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs scenarios in a process of their own. */
export function script(
  backend: string,
  mode: 'last' | 'all',
  names: readonly Pair[],
): Promise<Ended> {
  const shared = path.join(folder, `${backend}-${names.length}-${names[0].join('-')}`);
  const args = [path.join(compiled, 'script.js'), root, shared, backend, mode, ...names.flat()];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { timeout: LIMIT_MS, killSignal: 'SIGKILL' });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output, errors });
    });
  });
}

/** The lines that a process prints in which every scenario ends as it has to. */
export function expectedLines(names: readonly Pair[]): string[] {
  return names.flatMap(([name, way]) => [
    `${name}, ${way}: begins`,
    `${name}, ${way}: ${way === 'throw' ? 'Error: enough' : 'is behind'}`,
    `${name}, ${way}: idle`,
  ]);
}

/** What it prints itself, by line. */
export const own = (output: string): string[] =>
  output
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('Figure: '));

/** Compiles them, and writes the images. */
export async function prepareScripts(): Promise<void> {
  ensureCompiled();
  await writeTinyDataset(root, { train: 4, val: 1, height: 36, width: 34 });
  mkdirSync(compiled, { recursive: true });
  for (const name of ['given', 'scenario', 'scenarios', 'scenarios-on-backend', 'script']) {
    const source = readFileSync(path.join(repository, 'test/scripts', `${name}.ts`), 'utf8');
    const linked = source.replaceAll("'../../lib/", "'../../dist/");
    const { outputText } = ts.transpileModule(linked, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(path.join(compiled, `${name}.js`), outputText);
  }
}

/** Removes what was compiled. */
export function removeScripts(): void {
  rmSync(compiled, { recursive: true, force: true });
}
