/** A virtual environment with JupyterLab, shared by all projects of a user, and the kernel of each. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BackendError } from '../../errors.js';
import { cacheFolder } from '../../backend/setup/cache-folder.js';
import { requireSuccess } from '../../backend/setup/context.js';
import { withLock } from '../../files/lock.js';
import { runCommand, type CommandOptions } from '../../backend/setup/run-command.js';
import { findPython } from '../../backend/setup/tools.js';
import { writeFigureExtension } from '../lab/figure-extension.js';
import { writeKernelspec } from './kernelspec.js';
import { PACKAGE_FOLDER } from './package-folder.js';

/** What pip installs; a change of the list rebuilds the environment. */
export const LAB_REQUIREMENTS = ['jupyterlab>=4.2,<5'];

/** A virtual environment. */
export interface PythonEnvironment {
  readonly folder: string;
  /** The path of one of its programs, such as `jupyter-lab`. */
  readonly program: (name: string) => string;
}

/** How {@link preparePython} works. */
export interface PreparePythonOptions {
  readonly requirements: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Receives one line at the start of each long step. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

const MARKER = 'autodeeplab.json';
const PIP_MS = 15 * 60_000;

function environmentAt(folder: string): PythonEnvironment {
  const isWindows = process.platform === 'win32';
  return {
    folder,
    program: (name) =>
      isWindows ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name),
  };
}

function isComplete({ folder, program }: PythonEnvironment, requirements: string): boolean {
  try {
    return (
      readFileSync(join(folder, MARKER), 'utf8') === requirements && existsSync(program('python'))
    );
  } catch {
    return false;
  }
}

async function make(
  target: PythonEnvironment,
  { requirements, environment, onProgress }: PreparePythonOptions,
): Promise<void> {
  const log = `${target.folder}.log`;
  const options: CommandOptions = { environment, log, timeoutMs: PIP_MS };
  const python = await findPython(environment);
  if (python === undefined) {
    throw new BackendError(
      'lab: expected Python 3.9 or later, found none; install it (Debian, Ubuntu: apt-get install ' +
        'python3 python3-venv), or name it in AUTODEEPLAB_PYTHON',
    );
  }
  rmSync(target.folder, { recursive: true, force: true });
  onProgress?.(`making a virtual environment with Python ${python.version} in ${target.folder}`);
  const venv = await runCommand(python.command, ['-m', 'venv', target.folder], options);
  if (venv.code !== 0) {
    throw new BackendError(
      `lab: ${python.command} could not make a virtual environment (Debian, Ubuntu: apt-get ` +
        `install python3-venv); log: ${log}`,
    );
  }
  onProgress?.(`installing ${requirements.join(', ')} with pip`);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', ...requirements];
  requireSuccess(
    `lab: pip install ${requirements.join(' ')} (is there a network? log: ${log})`,
    await runCommand(target.program('python'), pip, options),
  );
}

/**
 * Makes a virtual environment with packages in the cache folder, unless it exists.
 *
 * @param name - its name in the cache folder
 * @throws {@link BackendError} if Python is missing, or pip cannot fetch the packages
 */
export async function preparePython(
  name: string,
  options: PreparePythonOptions,
): Promise<PythonEnvironment> {
  const cache = cacheFolder(options.environment);
  const target = environmentAt(join(cache, name));
  const requirements = JSON.stringify(options.requirements);
  if (isComplete(target, requirements)) {
    return target;
  }
  mkdirSync(cache, { recursive: true });
  return withLock(
    `${target.folder}.lock`,
    async () => {
      if (!isComplete(target, requirements)) {
        await make(target, options);
        writeFileSync(join(target.folder, MARKER), requirements);
      }
      return target;
    },
    { onWait: (owner) => options.onProgress?.(`waiting for ${owner}`) },
  );
}

/** The environment of `autodeeplab lab`. */
export interface LabEnvironment extends PythonEnvironment {
  /** The variables of its programs: the kernel that they see first is that of this project. */
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * Makes the environment of `autodeeplab lab`, shared by all projects, with a data folder for this one's
 * kernel and figures alone: its name there is the one that the notebooks have.
 */
export async function prepareLab(
  environment: NodeJS.ProcessEnv,
  onProgress?: (line: string) => void,
): Promise<LabEnvironment> {
  const options = { requirements: LAB_REQUIREMENTS, environment, onProgress };
  const lab = await preparePython('jupyterlab', options);
  return { ...lab, variables: withKernel(environment) };
}

/** Variables with which Jupyter finds this project's kernel, and what draws its figures, before all others. */
export function withKernel(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const digest = createHash('sha256').update(PACKAGE_FOLDER).digest('hex').slice(0, 16);
  const data = join(cacheFolder(environment), 'kernels', digest);
  writeKernelspec(data);
  writeFigureExtension(data);
  const others = environment.JUPYTER_PATH;
  return { ...environment, JUPYTER_PATH: others ? `${data}${delimiter}${others}` : data };
}
