/** Loads native TensorFlow through `@tensorflow/tfjs-node-gpu`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import {
  addonFile,
  findNativePackage,
  findNativeProblem,
  NATIVE_PACKAGE,
  packageVersion,
  quietFile,
  SETUP_COMMAND,
} from './native-package.js';
import { prepareNode } from './node-compatibility.js';
import {
  chosenThreads,
  exportThreads,
  keepThreads,
  resolveThreads,
  threadsFor,
  type ProgramThreads,
  type ThreadRequest,
  type ThreadSettings,
  type Work,
} from './threads.js';

const require = createRequire(import.meta.url);

/** The native backend once it is loaded. */
export interface NativeBackend {
  /** Version of `@tensorflow/tfjs-node-gpu`. */
  readonly version: string;
  /** Version of TensorFlow's C library. */
  readonly tensorflow: string;
  readonly device: 'cpu' | 'gpu';
  readonly threads: ThreadSettings;
}

/** The part of tfjs-node's backend object that is read here. */
interface LoadedBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

function setDefault(name: string, value: string): void {
  process.env[name] ??= value;
}

/** Silences TensorFlow before it is loaded; without the helper it writes a few lines to stderr. */
function quiet(packageFolder: string): void {
  setDefault('TF_CPP_MIN_LOG_LEVEL', '2');
  if (existsSync(quietFile(packageFolder))) {
    try {
      require(quietFile(packageFolder));
    } catch {
      // The messages appear; nothing else depends on it.
    }
  }
}

/** The first line of an error; if a library does not load, it names the file. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

function load(packageFolder: string): void {
  prepareNode();
  quiet(packageFolder);
  // A GPU is shared with the desktop and other processes: take memory as it is needed.
  setDefault('TF_FORCE_GPU_ALLOW_GROWTH', 'true');
  // Lets each session have as many threads per kernel as its kind of work wants.
  setDefault('TF_OVERRIDE_GLOBAL_THREADPOOL', '1');
  try {
    // The addon by itself first: if it fails, nothing of the package has been registered yet.
    require(addonFile(packageFolder));
    require(NATIVE_PACKAGE);
  } catch (error) {
    throw new BackendError(
      `useBackend: the tensorflow backend does not load (${firstLine(error)}); run: ${SETUP_COMMAND} --force`,
      { cause: error },
    );
  }
}

/** The threads TensorFlow was loaded with in this process. */
let loadedThreads: ThreadSettings | undefined;

/** Those of them that the user chose. */
let chosen: ThreadRequest = {};

/** The threads that a compiled program gets on the native backend. */
export function programThreads(work: Work): ProgramThreads {
  return threadsFor(work, chosen);
}

/**
 * Loads native TensorFlow, unless this process has it already, and makes it the current backend.
 *
 * @param request - threads to ask for; they count only at the first call in a process
 * @throws {@link BackendError} if the backend is not built or does not load; the message holds the
 *   command that fixes it
 */
export async function startNative(request: ThreadRequest): Promise<NativeBackend> {
  const packageFolder = findNativePackage();
  const problem = findNativeProblem(packageFolder);
  if (packageFolder === undefined || problem !== undefined) {
    throw new BackendError(
      `useBackend: the tensorflow backend is missing: ${problem?.reason}; ${problem?.fix}`,
    );
  }
  let threads = loadedThreads;
  if (threads === undefined) {
    threads = resolveThreads(request, process.env);
    chosen = chosenThreads(request, process.env);
    const undo = exportThreads(threads, process.env);
    try {
      load(packageFolder);
    } catch (error) {
      undo();
      throw error;
    }
    loadedThreads = threads;
  } else {
    threads = keepThreads(threads, request);
  }
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as unknown as LoadedBackend;
  return {
    version: packageVersion(packageFolder),
    tensorflow: backend.binding.TF_Version,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
    threads,
  };
}
