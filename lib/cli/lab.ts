/** `autodeeplab lab`: opens JupyterLab with the notebook kernel, installing what is missing. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { BackendError, DataError } from '../errors.js';
import { prepareLab } from '../notebook/kernel/lab-environment.js';
import { PACKAGE_FOLDER, missingBuild } from '../notebook/kernel/package-folder.js';

/** The folder to open: the notebooks here, or those of the package, or this folder. */
function folderToOpen(): string {
  const candidates = [resolve('notebooks'), join(PACKAGE_FOLDER, 'notebooks')];
  return candidates.find((folder) => existsSync(folder)) ?? process.cwd();
}

/** Otherwise JupyterLab's server withholds large figures and long output. */
const NO_LIMIT = '--ZMQChannelsWebsocketConnection.limit_rate=False';

interface LabFlags {
  readonly folder?: string;
  readonly prepareOnly: boolean;
}

/** Runs JupyterLab in this terminal until it exits, and exits with its code. */
async function runLab(program: string, folder: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, [NO_LIMIT, ...args], { cwd: folder, stdio: 'inherit' });
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

async function lab(args: readonly string[], { folder, prepareOnly }: LabFlags): Promise<void> {
  const missing = missingBuild();
  if (missing !== undefined) {
    throw new BackendError(`lab: ${missing}`);
  }
  const opened = folder === undefined ? folderToOpen() : resolve(folder);
  if (!existsSync(opened)) {
    throw new DataError(`lab: expected a folder, found nothing at ${opened}`, opened);
  }
  const environment = await prepareLab(process.env, (line) => {
    console.error(`lab: ${line}`);
  });
  if (prepareOnly) {
    console.error(`lab: ready in ${environment.folder}`);
    return;
  }
  console.error(`lab: opening ${opened}`);
  await runLab(environment.program('jupyter-lab'), opened, args);
}

/** The command `lab`. */
export function labCommand(): Command {
  return new Command('lab')
    .description(
      'open the notebooks in JupyterLab, which is installed in the cache folder the first time',
    )
    .argument('[args...]', 'for JupyterLab, after --, such as -- --no-browser --port 9000')
    .option('--folder <folder>', 'the folder to open (default: notebooks)')
    .option('--prepare-only', 'install what is missing and stop', false)
    .action(lab);
}
