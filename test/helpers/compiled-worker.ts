/** Worker threads run compiled code: this makes sure that it is there and not older than its source. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Builds `dist` if the code of the worker changed since; throws if that leaves it stale. */
export function ensureCompiledWorker(): void {
  if (isFresh()) {
    return;
  }
  try {
    execFileSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
      { cwd: repository, stdio: 'pipe' },
    );
  } catch (cause) {
    // Type errors elsewhere do not keep tsc from writing the worker.
    if (!isFresh()) {
      throw new Error('the build failed: run `npm run build`', { cause });
    }
  }
}

function isFresh(): boolean {
  const folder = path.join(repository, 'lib', 'dataset');
  const dataset = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    path.join('dataset', name),
  );
  const sources = [...dataset, 'errors.ts', 'random.ts'].filter((name) => name.endsWith('.ts'));
  return sources.every((name) => {
    const compiled = path.join(repository, 'dist', name.replace(/ts$/, 'js'));
    const source = path.join(repository, 'lib', name);
    return existsSync(compiled) && statSync(compiled).mtimeMs >= statSync(source).mtimeMs;
  });
}
