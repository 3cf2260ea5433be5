/** Loads a compiled addon so that it stays until the process ends. */
import Module, { createRequire } from 'node:module';
import { constants } from 'node:os';

const require = createRequire(import.meta.url);

/** The flag RTLD_NODELETE of dlopen, which Node does not name; Windows has none. */
const STAY: Partial<Record<NodeJS.Platform, number>> = { linux: 0x1000, darwin: 0x80 };

/**
 * Loads an addon as `require` does, and keeps its libraries until the process ends.
 *
 * Node unloads an addon when the last of its threads that loaded it ends. TensorFlow does not bear
 * that: it has left functions that the end of the process calls, and operations that its next copy
 * is refused to register.
 *
 * @param file - absolute path
 * @returns what the addon exports
 * @throws what the system says if it cannot be loaded
 */
export function loadAddon(file: string): unknown {
  const stay = STAY[process.platform];
  if (stay === undefined || require.cache[file] !== undefined) {
    return require(file);
  }
  const addon = new Module(file);
  process.dlopen(addon, file, constants.dlopen.RTLD_LAZY | stay);
  addon.loaded = true;
  require.cache[file] = addon;
  return addon.exports;
}
