/** Finds the programs that the set-up and the doctor need. */
import { runCommand } from './run-command.js';

/** A Python interpreter. */
export interface Python {
  readonly command: string;
  readonly version: string;
  /** Version of its pip; undefined if it has none. */
  readonly pip: string | undefined;
}

/** A C++ compiler. */
export interface Compiler {
  readonly command: string;
  /** The first line that `--version` prints. */
  readonly version: string;
}

const LOOK_MS = 20_000;

const DESCRIBE_PYTHON = `
import json, sys
try:
    import pip
    found = pip.__version__
except Exception:
    found = None
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "pip": found}))
`;

async function describePython(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<Python | undefined> {
  const result = await runCommand(command, ['-c', DESCRIBE_PYTHON], {
    environment,
    timeoutMs: LOOK_MS,
  });
  if (result.code !== 0) {
    return undefined;
  }
  const found = JSON.parse(result.stdout) as { version: string; pip: string | null };
  return { command, version: found.version, pip: found.pip ?? undefined };
}

/** The Python to use: AUTODEEPLAB_PYTHON, else the first of python3 and python that has pip. */
export async function findPython(environment: NodeJS.ProcessEnv): Promise<Python | undefined> {
  const own = environment.AUTODEEPLAB_PYTHON;
  let withoutPip: Python | undefined;
  for (const command of own ? [own] : ['python3', 'python']) {
    const python = await describePython(command, environment);
    if (python?.pip !== undefined) {
      return python;
    }
    withoutPip ??= python;
  }
  return withoutPip;
}

/** The C++ compiler to use: CXX, else the first of c++, g++ and clang++. */
export async function findCompiler(environment: NodeJS.ProcessEnv): Promise<Compiler | undefined> {
  const own = environment.CXX;
  for (const command of own ? [own] : ['c++', 'g++', 'clang++']) {
    const result = await runCommand(command, ['--version'], { environment, timeoutMs: LOOK_MS });
    if (result.code === 0) {
      return { command, version: result.stdout.split('\n')[0] };
    }
  }
  return undefined;
}
