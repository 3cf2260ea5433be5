/** The backends that a test can run on: wasm always, native where it is built. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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

export async function useBackend(name: 'tensorflow' | 'wasm'): Promise<void> {
  const tf = await import('@tensorflow/tfjs-core');
  if (name === 'tensorflow') {
    process.env.TF_CPP_MIN_LOG_LEVEL = '3';
    require('@tensorflow/tfjs-node-gpu');
  } else {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(path: string): void };
    wasm.setWasmPaths(
      join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'),
    );
  }
  await tf.setBackend(name);
  const { registerKernels } = await import('../../lib/ops/register.js');
  registerKernels(name);
}
