/** Finds a Python interpreter that has PyTorch. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a virtual environment of this project is made (`test/reference/README.md`). */
const OWN = path.join('out', 'venv', 'bin', 'python');

/** Whether a program is a Python that can import torch. */
async function hasTorch(python: string): Promise<boolean> {
  try {
    await run(python, ['-c', 'import torch'], { timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** The interpreters that are tried, in order. */
export function pythonCandidates(
  wanted: string | undefined,
  environment: NodeJS.ProcessEnv,
  root: string,
): readonly string[] {
  if (wanted !== undefined) {
    return [wanted];
  }
  const { AUTODEEPLAB_PYTHON: own } = environment;
  return [...(own ? [own] : []), path.join(root, OWN), 'python3', 'python'];
}

/** The first of `candidates` that has PyTorch. */
export async function findTorchPython(
  candidates: readonly string[],
  works: (python: string) => Promise<boolean> = hasTorch,
): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (await works(candidate)) {
      return candidate;
    }
  }
  return undefined;
}
