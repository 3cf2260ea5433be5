/** A program in the place of the command line: it notes its arguments and ends as it is told. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a script did. */
export interface ScriptResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Its source: `--end CODE` ends it, `--wait` lets it run until SIGTERM; each call is a file. */
const SOURCE = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const args = process.argv.slice(2);
const after = (name) => args[args.indexOf(name) + 1];
const folder = after('--out');
const { TF_NUM_INTRAOP_THREADS: intra, TF_NUM_INTEROP_THREADS: inter } = process.env;
const calls = existsSync(folder + '.calls') ? readFileSync(folder + '.calls', 'utf8') : '';
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/config.json', '{}');
const end = (code) => process.exit(code);
if (args.includes('--wait') && calls === '') {
  process.on('SIGTERM', () => setTimeout(end, 50, 143)); // saves for a moment
  setInterval(() => undefined, 1000);
}
appendFileSync(folder + '.calls', JSON.stringify({ args, intra, inter, cwd: process.cwd() }) + '\\n');
if (!args.includes('--wait') || calls !== '') {
  end(args.includes('--end') && calls === '' ? Number(after('--end')) : 0);
}
`;

/** Writes the program into a folder; gives the words that call it. */
export function fakeProgram(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, SOURCE);
  return `'${process.execPath}' '${file}'`;
}

/** One call of the program. */
export interface Call {
  readonly args: readonly string[];
  readonly intra: string;
  readonly inter: string;
  readonly cwd: string;
}

/** The calls that the program noted, by trial. */
export function callsIn(folder: string): Readonly<Record<string, readonly Call[]>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.calls'));
  return Object.fromEntries(
    names.map((name) => [
      path.basename(name, '.calls'),
      readFileSync(path.join(folder, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Call),
    ]),
  );
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  { env = {}, onStart }: { env?: NodeJS.ProcessEnv; onStart?: (pid: number) => void } = {},
): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env } });
    let output = '';
    let errors = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output, errors });
    });
    onStart?.(child.pid ?? 0);
  });
}
