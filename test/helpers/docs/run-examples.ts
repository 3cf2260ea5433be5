/** Compiles examples and runs them, one after the other, in a process of their own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildExamples, type BuiltExample } from './build-examples.js';
import { repository } from './files.js';
import type { Example } from './find-examples.js';
import type { RunList, RunResult } from './runner.js';

/** At most so long for one example, in ms. */
const LIMIT = 120_000;

/** What became of examples. */
export interface RanExamples {
  /** Each example, by its name. */
  readonly built: ReadonlyMap<string, BuiltExample>;
  /** How those ended that ran, by their files. */
  readonly results: ReadonlyMap<string, RunResult>;
  /** What the process said. */
  readonly log: string;
}

/** Runs a program with Node in the project's folder; `output` is what it says, in any way. */
export function runNode(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: repository,
      env: { ...process.env, AUTODEEPLAB_BACKEND: 'wasm', NO_COLOR: '1' },
    });
    let output = '';
    const add = (data: Buffer) => (output += data.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output: output.trim() });
    });
  });
}

/**
 * Compiles examples, and runs some of them.
 *
 * @param isWanted - whether to run one whose types are right
 */
export async function runExamples(
  examples: readonly Example[],
  isWanted: (example: Example) => boolean = () => true,
): Promise<RanExamples> {
  const folder = mkdtempSync(path.join(tmpdir(), 'autodeeplab-docs-'));
  // Below the project, where the package finds itself by its name.
  const modules = path.join(repository, 'out', path.basename(folder));
  try {
    const built = buildExamples(examples, modules, path.join(folder, 'data'));
    const good = built.filter(
      ({ example, problems }) => example.isRun && problems.length === 0 && isWanted(example),
    );
    const list: RunList = { files: good.map(({ file }) => file), folder, limit: LIMIT };
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(modules, 'list.json'), JSON.stringify(list));
    const { code, output } = await runNode([path.join(modules, 'runner.js')]);
    const text = code === 0 ? readFileSync(path.join(modules, 'results.json'), 'utf8') : '[]';
    const results = JSON.parse(text) as RunResult[];
    return {
      built: new Map(built.map((one) => [one.example.name, one])),
      results: new Map(results.map((result) => [result.file, result])),
      log: output,
    };
  } finally {
    rmSync(modules, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How an example ended: *fine*, or why not. */
export function endOf({ built, results, log }: RanExamples, name: string): string {
  const result = results.get(built.get(name)?.file ?? '');
  const why = log === '' ? 'its types are wrong' : log;
  return result ? (result.error ?? 'fine') : `not run: ${why}`;
}
