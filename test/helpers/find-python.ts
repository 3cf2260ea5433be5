/** A Python that has what a test compares with. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../out/venv/bin/python', import.meta.url));

/** Whether a program starts and succeeds. */
function works(python: string, parameters: readonly string[]): boolean {
  const { status } = spawnSync(python, parameters, { stdio: 'ignore', timeout: 120_000 });
  return status === 0;
}

/**
 * The first of AUTODEEPLAB_PYTHON, the project's virtual environment (`test/reference/README.md`),
 * `python3` and `python` that has some packages, such as `tensorflow`; undefined if none has.
 */
export function findPython(...packages: readonly string[]): string | undefined {
  const { AUTODEEPLAB_PYTHON: named } = process.env;
  return [...(named ? [named] : []), own, 'python3', 'python'].find((python) =>
    works(python, ['-c', `import ${packages.join()}`]),
  );
}
