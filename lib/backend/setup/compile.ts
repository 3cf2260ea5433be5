/** Compiles a Node-API addon with one call of the C++ compiler. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireSuccess, type SetupContext } from './context.js';
import { runCommand } from './run-command.js';
import type { Compiler } from './tools.js';

/** What goes into one addon. */
export interface AddonParts {
  readonly sources: readonly string[];
  /** Folders of headers. */
  readonly includes: readonly string[];
  /** Shared libraries to link, by path; found again at run time by {@link searchFolders}. */
  readonly libraries: readonly string[];
  /** Where the libraries are at run time, as seen from the addon's own folder. */
  readonly searchFolders: readonly string[];
  /** The addon to write. */
  readonly output: string;
  readonly nodeApi: number;
}

/**
 * The compiler's parameters. On Linux the search folders go into DT_RPATH, not DT_RUNPATH: libraries
 * that TensorFlow opens later (those of CUDA) are then looked for there too.
 */
export function compilerParameters(
  parts: AddonParts,
  platform: string = process.platform,
): readonly string[] {
  const isMac = platform === 'darwin';
  const origin = isMac ? '@loader_path' : '$ORIGIN';
  return [
    ...(isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC']),
    ...['-O2', '-std=c++17', '-w', `-DNAPI_VERSION=${parts.nodeApi}`],
    '-DNODE_GYP_MODULE_NAME=addon',
    ...parts.includes.flatMap((folder) => ['-isystem', folder]),
    ...['-o', parts.output],
    ...parts.sources,
    ...(isMac ? [] : ['-Wl,--disable-new-dtags', '-Wl,--no-as-needed']),
    ...parts.searchFolders.map((folder) => `-Wl,-rpath,${origin}/${folder}`),
    ...parts.libraries,
  ];
}

/**
 * Compiles an addon.
 *
 * @throws {@link BackendError} with the compiler's last line if it fails
 */
export async function compileAddon(
  context: SetupContext,
  compiler: Compiler,
  parts: AddonParts,
): Promise<void> {
  const { environment, log } = context;
  const parameters = compilerParameters(parts);
  requireSuccess(
    `compiling ${parts.sources.join(' ')}`,
    await runCommand(compiler.command, parameters, { environment, log }),
  );
}

/** The CUDA libraries that TensorFlow opens by name, without their version. */
const CUDA_LIBRARIES =
  /^lib(cudart|cublas|cublasLt|cudnn|cufft|curand|cusolver|cusparse|cupti|nccl|nvrtc|nvJitLink)\.so\.\d+$/;

/**
 * The CUDA libraries in an `nvidia` folder, as `cublas/lib/libcublas.so.12`. Linked to the addon,
 * they are loaded before TensorFlow opens them, so that LD_LIBRARY_PATH is not needed.
 */
export function cudaLibraries(nvidia: string): readonly string[] {
  if (!existsSync(nvidia)) {
    return [];
  }
  return readdirSync(nvidia)
    .filter((name) => existsSync(join(nvidia, name, 'lib')))
    .flatMap((name) =>
      readdirSync(join(nvidia, name, 'lib'))
        .filter((file) => CUDA_LIBRARIES.test(file))
        .map((file) => join(name, 'lib', file)),
    )
    .sort();
}
