/** Finds the C headers of Node-API that the addon is compiled with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { completeFolder } from './complete-folder.js';
import { requireSuccess, type SetupContext } from './context.js';
import { runCommand } from './run-command.js';
import { NODE_API_HEADERS } from './versions.js';

/** The headers beside the running Node: in the prefix that holds its `bin` folder. */
function ownHeaders(): string | undefined {
  const folder = join(process.execPath, '..', '..', 'include', 'node');
  return existsSync(join(folder, 'node_api.h')) ? folder : undefined;
}

/** The command that runs npm: the npm that started this process, else the one on the path. */
function npmCommand(environment: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const script = environment.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

/**
 * The folder of `node_api.h`: Node's own, else that of the npm package `node-api-headers`, which is
 * fetched into the cache. A version of Node-API is the same in every Node that has it.
 *
 * @throws {@link BackendError} if Node has no headers and npm cannot fetch them
 */
export async function ensureNodeHeaders(context: SetupContext): Promise<string> {
  const own = ownHeaders();
  if (own !== undefined) {
    return own;
  }
  const folder = join(context.cache, NODE_API_HEADERS.replace('@', '-'));
  await completeFolder(folder, async (temporary) => {
    context.onProgress(`fetching ${NODE_API_HEADERS} with npm: this Node has no C headers`);
    const [command, ...first] = npmCommand(context.environment);
    const options = ['--prefix', temporary, '--ignore-scripts', '--no-audit', '--no-fund'];
    const result = await runCommand(
      command,
      [...first, 'install', ...options, '--no-save', NODE_API_HEADERS],
      { environment: context.environment, folder: temporary, log: context.log },
    );
    requireSuccess(`npm install ${NODE_API_HEADERS}`, result);
  });
  return join(folder, 'node_modules', 'node-api-headers', 'include');
}
