/** The scripts of the page: compiled modules of this library, and TensorFlow.js as its packages ship it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileError } from '../../files/file-error.js';

/** The compiled library. */
const COMPILED = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../', import.meta.url),
);

/** Where the modules begin that browsers load. */
const ENTRIES = ['export/web/page/main.js', 'export/web/page/worker.js'];

/** What is taken of the packages of TensorFlow.js. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow/tfjs-core': ['dist/tf-core.min.js'],
  '@tensorflow/tfjs-converter': ['dist/tf-converter.min.js'],
  '@tensorflow/tfjs-backend-webgpu': ['dist/tf-backend-webgpu.min.js'],
  '@tensorflow/tfjs-backend-wasm': [
    'dist/tf-backend-wasm.min.js',
    'wasm-out/tfjs-backend-wasm.wasm',
    'wasm-out/tfjs-backend-wasm-simd.wasm',
    'wasm-out/tfjs-backend-wasm-threaded-simd.wasm',
  ],
};

const require = createRequire(import.meta.url);

/** Files by their place in the folder of the page. */
export type PageFiles = ReadonlyMap<string, Uint8Array>;

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileError('read', file, error);
  }
}

/** The modules that a compiled module names, relative to it; types are gone. */
function importsOf(source: string): string[] {
  return [
    ...source.matchAll(/^(?:import|export)\s+(?:[\w*{},\s]*\sfrom\s+)?['"]([^'"]+)['"];/gm),
  ].map(([, name]) => name);
}

/** The modules of the page and all that they import, in `code`, where they lie as in the library. */
async function modules(): Promise<PageFiles> {
  const files = new Map<string, Uint8Array>();
  const waiting = [...ENTRIES];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = `code/${name}`;
    if (files.has(place)) {
      continue;
    }
    const bytes = await bytesOf(path.join(COMPILED, name));
    const source = Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
    files.set(place, Buffer.from(source));
    for (const imported of importsOf(source)) {
      if (!imported.startsWith('.')) {
        throw new TypeError(
          `web page: expected modules of this library only, got ${imported} in ${name}`,
        );
      }
      waiting.push(path.posix.join(path.posix.dirname(name), imported));
    }
  }
  return files;
}

/** TensorFlow.js, in `vendor`, with a note on what it is. */
async function vendorFiles(): Promise<PageFiles> {
  const files = new Map<string, Uint8Array>();
  const notes: string[] = [];
  for (const [name, wanted] of Object.entries(PACKAGES)) {
    const description = require.resolve(`${name}/package.json`);
    const { version, license } = require(description) as { version: string; license: string };
    notes.push(`${name} ${version}, ${license}, https://www.npmjs.com/package/${name}\n`);
    for (const file of wanted) {
      const bytes = await bytesOf(path.join(path.dirname(description), file));
      files.set(`vendor/${path.posix.basename(file)}`, bytes);
    }
  }
  return files.set('vendor/NOTICE.txt', Buffer.from(notes.join('')));
}

/** All scripts of the page. */
export async function codeFiles(): Promise<PageFiles> {
  return new Map([...(await modules()), ...(await vendorFiles())]);
}
