/** Runs the compiled command line in a process of its own, as users do. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const noNetwork = new URL('../helpers/no-network.mjs', import.meta.url).href;
/** The compiled command line. */
export const MAIN = path.join(repository, 'dist', 'cli', 'main.js');

/** Where the compiler keeps what it has compiled. */
const BUILD_INFO = path.join(repository, 'dist', '.tsbuildinfo');

/** The time of the newest file of a folder with the given extension, in ms. */
function newest(folder: string, extension: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(
    ...names
      .filter((name) => name.endsWith(extension))
      .map((name) => statSync(path.join(folder, name)).mtimeMs),
  );
}

function isFresh(): boolean {
  if (!existsSync(MAIN) || !existsSync(BUILD_INFO)) {
    return false;
  }
  const built = Math.max(
    newest(path.join(repository, 'dist'), '.js'),
    statSync(BUILD_INFO).mtimeMs,
  );
  return built >= newest(path.join(repository, 'lib'), '.ts');
}

/** Builds `dist` if it is older than `lib`; `npm test` has built it before. */
export function ensureCompiled(): void {
  if (isFresh()) {
    return;
  }
  const begun = new Date();
  try {
    execFileSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
      { cwd: repository, stdio: 'pipe' },
    );
  } catch (cause) {
    // Type errors do not keep tsc from writing.
    if (!isFresh()) {
      throw new Error('the build failed: run `npm run build`', { cause });
    }
    return;
  }
  // tsc leaves files alone whose source is newer but says the same, as after a checkout.
  utimesSync(BUILD_INFO, begun, begun);
}

/** How a command ended. */
export interface CliResult {
  readonly code: number | null;
  readonly output: string;
  /** The lines of standard error. */
  readonly errors: readonly string[];
}

/**
 * Runs a command on the wasm backend, which is always there, and without a network.
 *
 * @param onError - called with what standard error has got so far; may send a signal
 * @param cwd - the folder that it is run in
 */
export function autodeeplab(
  args: readonly string[],
  onError?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  cwd?: string,
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, AUTODEEPLAB_BACKEND: 'wasm', NODE_OPTIONS: `--import ${noNetwork}` },
      cwd,
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
      onError?.(errors, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output, errors: errors.trimEnd().split('\n') });
    });
  });
}
