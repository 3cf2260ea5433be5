/** Compiles tfjs's binding against a C library in the cache, and keeps the result there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../../errors.js';
import { nodeApiVersion, packageVersion } from '../native-package.js';
import { BINDING_FILES, changeBinding } from './binding-changes.js';
import { compileAddon, cudaLibraries } from './compile.js';
import { completeFolder, isComplete } from './complete-folder.js';
import type { SetupContext } from './context.js';
import type { Variant, WheelTarget } from './machine.js';
import { ensureNodeHeaders } from './node-headers.js';
import { findCompiler } from './tools.js';
import { ADDON_REVISION, TENSORFLOW_VERSION } from './versions.js';

/** The libraries' folder, relative to the addon. */
const LIBRARIES_FROM_ADDON = '../../deps/lib';

/** Our files of the addon. */
const SOURCES = [
  'depthwise-filter-gradient.cc',
  'batch-norm.cc',
  'server.cc',
  'profile.cc',
  'session.cc',
];

/** What an addon is built from. */
export interface AddonOrigin {
  /** Folder of `@tensorflow/tfjs-node-gpu`. */
  readonly packageFolder: string;
  /** Folder of the C library in the cache. */
  readonly libtensorflow: string;
  readonly target: WheelTarget;
  readonly variant: Variant;
}

/** The addon's name in the cache: everything that its machine code depends on. */
export function addonKey(packageFolder: string, target: WheelTarget, variant: Variant): string {
  const parts = [`tfjs${packageVersion(packageFolder)}`, `tf${TENSORFLOW_VERSION}`];
  const ours = [`napi${nodeApiVersion()}`, `r${ADDON_REVISION}`];
  return ['addon', ...parts, ...ours, target.machine, variant].join('-');
}

/** The folder of our own C++: beside this file in `lib`; the build does not copy it to `dist`. */
function nativeFolder(): string {
  const places = ['./native', '../../../lib/backend/setup/native'].map((folder) =>
    fileURLToPath(new URL(folder, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0];
}

/** Writes tfjs's binding with our changes into a folder, and returns its files. */
function writeBinding(packageFolder: string, folder: string): readonly string[] {
  return BINDING_FILES.map((name) => {
    const source = readFileSync(join(packageFolder, 'binding', name), 'utf8');
    const file = join(folder, name);
    writeFileSync(file, changeBinding(name, source));
    return file;
  });
}

async function compileBoth(
  context: SetupContext,
  origin: AddonOrigin,
  folder: string,
): Promise<void> {
  const compiler = await findCompiler(context.environment);
  if (compiler === undefined) {
    throw new BackendError(
      'no C++ compiler was found; install one (Debian and Ubuntu: apt-get install g++; macOS: xcode-select --install), or name it in CXX',
    );
  }
  const headers = await ensureNodeHeaders(context);
  const tensorflow = join(origin.libtensorflow, 'tensorflow');
  const nvidia = join(origin.libtensorflow, 'nvidia');
  const cuda = cudaLibraries(nvidia);
  const libraries = origin.target.libraries.map((name) => join(tensorflow, name));
  const includes = [headers, join(tensorflow, 'include')];
  const nodeApi = nodeApiVersion();
  context.onProgress(`compiling the addon with ${compiler.version}`);
  const native = nativeFolder();
  const binding = writeBinding(origin.packageFolder, folder);
  const main = compileAddon(context, compiler, {
    sources: [
      ...binding.filter((file) => file.endsWith('.cc')),
      ...SOURCES.map((name) => join(native, name)),
    ],
    // What is changed comes before the package's own.
    includes: [...includes, native, folder, join(origin.packageFolder, 'binding')],
    libraries: [...libraries, ...cuda.map((file) => join(nvidia, file))],
    searchFolders: [
      LIBRARIES_FROM_ADDON,
      ...new Set(cuda.map((file) => `../../deps/nvidia/${dirname(file)}`)),
    ],
    output: join(folder, 'tfjs_binding.node'),
    nodeApi,
  });
  const helper = compileAddon(context, compiler, {
    sources: [join(native, 'helper.cc')],
    includes,
    libraries: libraries.slice(1),
    searchFolders: ['.'],
    output: join(folder, 'helper.node'),
    nodeApi,
  }).catch(() =>
    context.onProgress('a helper did not compile: TensorFlow will print its start-up messages'),
  );
  // Wait for both: after a failure no compiler may still be writing into a folder that is removed.
  const [result] = await Promise.allSettled([main, helper]);
  if (result.status === 'rejected') {
    throw result.reason;
  }
  binding.forEach((file) => rmSync(file));
}

/**
 * Puts the compiled addon into the cache, unless it is there.
 *
 * @returns its folder, with `tfjs_binding.node` and, where it compiles, `helper.node`
 * @throws {@link BackendError} if there is no compiler or it fails
 */
export async function ensureAddon(context: SetupContext, origin: AddonOrigin): Promise<string> {
  const key = addonKey(origin.packageFolder, origin.target, origin.variant);
  const folder = join(context.cache, key);
  if (!isComplete(folder)) {
    await completeFolder(folder, (temporary) => compileBoth(context, origin, temporary));
  }
  return folder;
}
