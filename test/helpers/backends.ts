/** The backends that a test can run on: wasm always, native where it is built. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export { useBackend } from '../../lib/backend/use-backend.js';

const require = createRequire(import.meta.url);

function nativeIsBuilt(): boolean {
  try {
    const folder = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
    const lib = join(folder, 'lib');
    return existsSync(lib) && readdirSync(lib).some((name) => name.startsWith('napi-v'));
  } catch {
    return false;
  }
}

/** Names for `describe.each`. */
export const backends: readonly ('tensorflow' | 'wasm')[] = nativeIsBuilt()
  ? ['tensorflow', 'wasm']
  : ['wasm'];
