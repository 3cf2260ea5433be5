import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { backends } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { publicFunctions } from './public-functions.js';
import type { Scenario, Way } from './scenario.js';
import { ON_BACKEND } from './scenarios-on-backend.js';
import { PLAIN } from './scenarios.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Below the project, so that the scripts find its packages. */
const compiled = path.join(repository, 'out', `scripts-${process.pid}`);
const folder = temporaryFolder();
const root = path.join(folder, 'data');

/** A script that takes longer hangs. */
const LIMIT_MS = 120_000;

/** What the caller gives to the library, and the type of which `WorkerPool` and `inThisThread` are. */
const GIVEN_BY_THE_CALLER = [
  'BatchMaker.close',
  'BatchMaker.make',
  'CheckpointStoreOptions.guard',
  'HistoryOptions.guard',
  'StudyOptions.startPart',
];

type Pair = readonly [name: string, way: Way];

const pairs = (scenarios: Readonly<Record<string, Scenario>>): Pair[] =>
  Object.entries(scenarios).flatMap(([name, ways]) =>
    Object.keys(ways).map((way) => [name, way as Way] as const),
  );

/** How a script ended. */
interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs scenarios in a process of their own. */
function script(backend: string, mode: 'last' | 'all', names: readonly Pair[]): Promise<Ended> {
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
function expectedLines(names: readonly Pair[]): string[] {
  return names.flatMap(([name, way]) => [
    `${name}, ${way}: begins`,
    `${name}, ${way}: ${way === 'throw' ? 'Error: enough' : 'is behind'}`,
    `${name}, ${way}: idle`,
  ]);
}

const own = (output: string): string[] =>
  output
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('Figure: '));

beforeAll(async () => {
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
}, 120_000);

afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

describe('the scenarios', () => {
  it('hold every public function that gives a promise, in all of its ways', () => {
    const functions = publicFunctions().filter(({ name }) => !GIVEN_BY_THE_CALLER.includes(name));
    const needed = functions.flatMap(({ name, isIterable, takesSignal, reports }) => {
      const early: Way[] = isIterable ? ['break', 'return', 'throw', 'left open'] : [];
      const ways: Way[] = ['end', ...early];
      if (takesSignal) {
        ways.push('abort');
      }
      if (takesSignal && reports) {
        ways.push('throw');
      }
      return ways.map((way) => `${name}, ${way}`);
    });
    const held = pairs({ ...PLAIN, ...ON_BACKEND }).map((pair) => pair.join(', '));
    expect(held.sort()).toEqual(needed.sort());
  });
});

describe('a script', () => {
  it('lives until what it awaits is settled, and ends then', async () => {
    const names = pairs(PLAIN);
    const { code, output, errors } = await script('none', 'all', names);
    expect([errors, ...own(output)]).toEqual(['', ...expectedLines(names)]);
    expect(code).toBe(0);
  });

  it.each(backends)('does so on %s', async (backend) => {
    const names = pairs({ 'Loader.epoch': PLAIN['Loader.epoch'], ...ON_BACKEND });
    const { code, output, errors } = await script(backend, 'all', names);
    expect([...own(output), errors]).toEqual([...expectedLines(names), expect.anything()]);
    expect(code).toBe(0);
  });

  it('does so in a process of its own, however it leaves a loader', async () => {
    const ways = Object.keys(PLAIN['Loader.epoch']) as Way[];
    const waiting = ways.map((way) => ['Loader.epoch', way] as const);
    const next = async (): Promise<void> => {
      for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
        const { code, output, errors } = await script('none', 'last', [pair]);
        const isThrown = pair[1] === 'throw';
        expect([pair[1], code, own(output).length]).toEqual([
          pair[1],
          ...(isThrown ? [1, 1] : [0, 2]),
        ]);
        expect(errors.includes('Error: enough')).toBe(isThrown);
      }
    };
    await Promise.all([next(), next()]);
  });

  it.each(backends)('ends with the error that ends its work on %s', async (backend) => {
    const { code, output, errors } = await script(backend, 'last', [['search', 'throw']]);
    expect([code, own(output)]).toEqual([1, ['search, throw: begins']]);
    expect(errors).toContain('Error: enough');
  });
});
