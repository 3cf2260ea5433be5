/** The vendor's own download: an old C library and a prebuilt addon. */
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { requireSuccess, type SetupContext } from './context.js';
import type { Variant } from './machine.js';
import { runCommand } from './run-command.js';

/** Folders in which the vendor's script finds the program node-pre-gyp. */
function programFolders(packageFolder: string): readonly string[] {
  const require = createRequire(join(packageFolder, 'package.json'));
  const program = dirname(require.resolve('@mapbox/node-pre-gyp/package.json'));
  return [join(program, 'bin'), join(dirname(dirname(program)), '.bin')];
}

/**
 * Runs the package's install script: libtensorflow 2.9.1, for a GPU with CUDA 11.2 and cuDNN 8.1.
 *
 * @throws {@link BackendError} if the vendor's host is out of reach or has nothing for this machine
 */
export async function downloadVendorBuild(
  context: SetupContext,
  packageFolder: string,
  variant: Variant,
): Promise<void> {
  context.onProgress(`trying the vendor's prebuilt download (libtensorflow 2.9.1, ${variant})`);
  const path = [...programFolders(packageFolder), context.environment.PATH ?? ''];
  const result = await runCommand(
    process.execPath,
    [join('scripts', 'install.js'), variant, 'download'],
    {
      environment: { ...context.environment, PATH: path.join(delimiter) },
      folder: packageFolder,
      log: context.log,
    },
  );
  requireSuccess("the vendor's download", result);
}
