/** `autodeeplab lab`: opens JupyterLab with the notebook kernel, installing what is missing. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { BackendError, ConfigError } from '../errors.js';
import { prepareLab, type LabEnvironment } from '../notebook/kernel/lab-environment.js';
import { missingBuild } from '../notebook/kernel/package-folder.js';
import { copyNotebooks } from '../notebook/lab/copy-notebooks.js';
import { editDistance } from '../notebook/run/edit-distance.js';
import { count } from '../text.js';

/** Where the copy of the notebooks is by default. */
const COPY = 'autodeeplab-notebooks';

/** Otherwise JupyterLab's server withholds large figures and long output. */
const NO_LIMIT = '--ZMQChannelsWebsocketConnection.limit_rate=False';

const OWN_FLAGS = ['--folder', '--prepare-only'];

interface LabFlags {
  readonly folder: string;
  readonly prepareOnly: boolean;
}

/** Runs JupyterLab in this terminal until it exits, and exits with its code. */
async function runLab(
  { program: programOf, variables }: LabEnvironment,
  folder: string,
  args: readonly string[],
): Promise<void> {
  const program = programOf('jupyter-lab');
  const options = { cwd: folder, env: variables, stdio: 'inherit' } as const;
  const child = spawn(program, [NO_LIMIT, ...args], options);
  // Ctrl-C reaches JupyterLab too, which asks and exits; this process waits for it.
  const wait = (): void => undefined;
  const end = (): boolean => child.kill('SIGTERM');
  process.on('SIGINT', wait);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  process.exitCode = await new Promise<number>((fulfil, reject) => {
    child.on('error', (cause) => {
      reject(new BackendError(`lab: ${program} does not start: ${cause.message}`, { cause }));
    });
    child.on('close', (code) => {
      fulfil(code ?? 1);
    });
  });
  process.off('SIGINT', wait);
  process.off('SIGTERM', end);
  process.off('SIGHUP', end);
}

/** Copies what is missing in the copy, and returns the folder of its notebooks. */
function makeCopy(folder: string): string {
  const { notebooks, copied, beside } = copyNotebooks(folder);
  if (copied > 0) {
    console.error(`lab: copied ${count(copied, 'file')} to ${resolve(folder)}`);
  }
  for (const file of beside) {
    console.error(
      `lab: the package has a newer version of a file of your copy, which is now in ${file}`,
    );
  }
  return notebooks;
}

/** Refuses options that were meant for this command: all that it does not know go to JupyterLab. */
function checkArguments(args: readonly string[]): void {
  for (const arg of args) {
    const near = OWN_FLAGS.find((flag) => editDistance(arg.split('=', 1)[0], flag) <= 2);
    if (near !== undefined) {
      throw new ConfigError(`lab: expected ${near} or an option of JupyterLab, got ${arg}`);
    }
  }
}

async function lab(args: readonly string[], { folder, prepareOnly }: LabFlags): Promise<void> {
  checkArguments(args);
  const missing = missingBuild();
  if (missing !== undefined) {
    throw new BackendError(`lab: ${missing}`);
  }
  const copy = prepareOnly ? undefined : makeCopy(folder);
  const environment = await prepareLab(process.env, (line) => {
    console.error(`lab: ${line}`);
  });
  if (copy === undefined) {
    console.error(`lab: ready in ${environment.folder}`);
    return;
  }
  console.error(`lab: opening ${copy}, a copy in which you may change everything`);
  await runLab(environment, copy, args);
}

/** The command `lab`. */
export function labCommand(): Command {
  return new Command('lab')
    .description(
      'open a copy of the notebooks in JupyterLab, which is installed in the cache folder the first time',
    )
    .argument('[args...]', 'for JupyterLab, such as --no-browser --port 9000')
    .allowUnknownOption()
    .option('--folder <folder>', 'where the copy of the notebooks is that is opened', COPY)
    .option('--prepare-only', 'install what is missing and stop', false)
    .action(lab);
}
