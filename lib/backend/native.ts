/** Loads native TensorFlow through `@tensorflow/tfjs-node-gpu`. */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { loadAddon } from './load-addon.js';
import {
  addonFile,
  findNativePackage,
  findNativeProblem,
  helperFile,
  NATIVE_PACKAGE,
  packageVersion,
  SETUP_COMMAND,
} from './native-package.js';
import { prepareNode } from './node-compatibility.js';
import {
  chosenThreads,
  exportThreads,
  keepThreads,
  resolveThreads,
  THREAD_VARIABLES,
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

/** The addon of `setup/native/helper.cc`. */
interface Helper {
  /** Sets a variable of the process unless it is set; returns the value that it has then. */
  setDefault(name: string, value: string): string;
}

/** Without the helper TensorFlow writes a few lines to stderr; nothing else depends on it. */
function loadHelper(packageFolder: string): Helper | undefined {
  try {
    return loadAddon(helperFile(packageFolder)) as Helper;
  } catch {
    return undefined;
  }
}

/** What TensorFlow reads when it is loaded; the user's environment overrides it. */
const DEFAULTS: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  // A GPU is shared with the desktop and other processes: take memory as it is needed.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // Lets each session have as many threads per kernel as its kind of work wants.
  TF_OVERRIDE_GLOBAL_THREADPOOL: '1',
};

/** The first line of an error; if a library does not load, it names the file. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

/** In a worker thread, process.env is a copy: sets the process's variables, and reads them again. */
function shareVariables(helper: Helper | undefined, names: readonly string[]): void {
  for (const name of isMainThread ? [] : names) {
    const value = process.env[name] ?? '';
    process.env[name] = helper?.setDefault(name, value) ?? value;
  }
}

function load(packageFolder: string): void {
  prepareNode();
  for (const [name, value] of Object.entries(DEFAULTS)) {
    process.env[name] ??= value;
  }
  shareVariables(loadHelper(packageFolder), [...Object.keys(DEFAULTS), ...THREAD_VARIABLES]);
  try {
    // The addon by itself first: if it fails, nothing of the package has been registered yet.
    loadAddon(addonFile(packageFolder));
    require(NATIVE_PACKAGE);
  } catch (error) {
    throw new BackendError(
      `useBackend: the tensorflow backend does not load (${firstLine(error)}); run: ${SETUP_COMMAND} --force`,
      { cause: error },
    );
  }
}

/** The threads TensorFlow was loaded with, once this thread of Node has it. */
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
    // Another thread of this process may have been first.
    loadedThreads = isMainThread ? threads : keepThreads(resolveThreads({}, process.env), request);
    threads = loadedThreads;
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
