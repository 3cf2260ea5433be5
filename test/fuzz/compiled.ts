/** Makes sure that the compiled fuzzer is there and not older than its sources. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCompiled } from '../cli/compiled-cli.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const compiled = path.join(repository, 'out', 'fuzz');

/** The time of the file that was changed last, and of the one that was changed first, in ms. */
function times(folder: string, extension: string): readonly [number, number] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.endsWith('.test.ts'))
    .map((name) => statSync(path.join(folder, name)).mtimeMs);
  return [Math.max(...files), Math.min(...files)];
}

/**
 * Builds the library and the fuzzer if they are older than their sources.
 *
 * @returns the folder of the compiled fuzzer
 */
export function ensureCompiledFuzzer(): string {
  ensureCompiled();
  const [newest] = times(import.meta.dirname, '.ts');
  if (!existsSync(path.join(compiled, 'planted.js')) || times(compiled, '.js')[1] < newest) {
    const parameters = ['-p', 'test/tsconfig.build.json', '--noCheck'];
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...parameters], {
      cwd: repository,
      stdio: 'pipe',
    });
  }
  return compiled;
}
