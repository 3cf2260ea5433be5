/** `autodeeplab kernel`: makes the notebook kernel known to Jupyter. */
import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { runCommand } from '../backend/setup/run-command.js';
import { findPython } from '../backend/setup/tools.js';
import { BackendError, DataError } from '../errors.js';
import { dataFolders, prefixDataFolder, userDataFolder } from '../notebook/kernel/data-folders.js';
import {
  kernelTitle,
  readKernelspecs,
  removeKernelspec,
  writeKernelspec,
} from '../notebook/kernel/kernelspec.js';
import { missingBuild } from '../notebook/kernel/package-folder.js';
import { removeFigureExtension, writeFigureExtension } from '../notebook/lab/figure-extension.js';

interface PlaceFlags {
  readonly user?: true;
  readonly prefix?: string;
  readonly sysPrefix?: true;
}

async function systemPrefix(): Promise<string> {
  const python = await findPython(process.env);
  if (python === undefined) {
    throw new BackendError(
      'kernel: expected Python for --sys-prefix, found none; pass --prefix or --user',
    );
  }
  const { stdout } = await runCommand(python.command, ['-c', 'import sys; print(sys.prefix)']);
  return stdout.trim();
}

/** The data folder of Jupyter that the flags name. */
async function placeOf({ prefix, sysPrefix }: PlaceFlags): Promise<string> {
  if (prefix !== undefined) {
    return prefixDataFolder(resolve(prefix));
  }
  return sysPrefix ? prefixDataFolder(await systemPrefix()) : userDataFolder(process.env);
}

async function install(flags: PlaceFlags): Promise<void> {
  const place = await placeOf(flags);
  try {
    const folder = writeKernelspec(place);
    console.log(`kernel: ${kernelTitle()} is installed in ${folder}`);
    console.log(
      `kernel: what draws its figures in JupyterLab is installed in ${writeFigureExtension(place)}`,
    );
    for (const other of readKernelspecs(place).filter((one) => one.folder !== folder)) {
      console.log(`kernel: ${other.folder} is that of ${other.packageFolder}; Jupyter shows both`);
    }
  } catch (cause) {
    const { message } = cause as Error;
    throw new DataError(
      `kernel: expected to write into ${place}, got ${message}; pass --user or --prefix`,
      place,
      { cause },
    );
  }
  const missing = missingBuild();
  if (missing !== undefined) {
    console.log(`kernel: ${missing}`);
  }
}

async function uninstall(flags: PlaceFlags): Promise<void> {
  const place = await placeOf(flags);
  const wasThere = removeKernelspec(place);
  console.log(`kernel: ${wasThere ? 'removed from' : 'was not installed in'} ${place}`);
  const others = readKernelspecs(place);
  for (const { folder, packageFolder } of others) {
    console.log(`kernel: ${folder} is that of ${packageFolder}, and stays`);
  }
  if (others.length === 0) {
    removeFigureExtension(place); // all kernels in a place share it
  }
}

function list(): void {
  const found = dataFolders(process.env).flatMap(readKernelspecs);
  for (const { folder, packageFolder, version, problem } of found) {
    console.log(`${folder}\n  version ${version} in ${packageFolder}: ${problem ?? 'can start'}`);
  }
  if (found.length === 0) {
    console.log('kernel: not installed; run npx autodeeplab kernel install');
  }
}

function placed(command: Command): Command {
  return command
    .addOption(new Option('--user', "in the user's folder of Jupyter (the default)"))
    .addOption(
      new Option(
        '--prefix <folder>',
        'in an installation of Python, such as a virtual environment',
      ).conflicts(['user', 'sysPrefix']),
    )
    .addOption(
      new Option('--sys-prefix', 'in the installation of the Python that is found').conflicts([
        'user',
      ]),
    );
}

/** The command `kernel`. */
export function kernelCommand(): Command {
  return new Command('kernel')
    .description('make the notebook kernel known to Jupyter, JupyterLab and VS Code')
    .addCommand(placed(new Command('install').description('install the kernel')).action(install))
    .addCommand(placed(new Command('uninstall').description('remove the kernel')).action(uninstall))
    .addCommand(
      new Command('list')
        .alias('status')
        .description('show where the kernel is installed and whether it can start')
        .action(list),
    );
}
