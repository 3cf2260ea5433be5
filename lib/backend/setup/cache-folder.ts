/** Where the set-up keeps what it downloads and builds, for all projects of a user. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The cache folder: AUTODEEPLAB_CACHE, or `autodeeplab` in XDG_CACHE_HOME, or in `~/.cache`.
 *
 * @param environment - the variables to read
 */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const own = environment.AUTODEEPLAB_CACHE;
  if (own) {
    return resolve(own);
  }
  const shared = environment.XDG_CACHE_HOME;
  return shared ? join(shared, 'autodeeplab') : join(homedir(), '.cache', 'autodeeplab');
}
