/** Chooses a backend, starts it, and registers this library's kernels for it. */
import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { registerKernels } from '../ops/register.js';
import {
  parseBackendChoice,
  resolveAuto,
  type BackendChoice,
  type BackendName,
} from './backend-name.js';
import { startNative } from './native.js';
import type { ThreadRequest, ThreadSettings } from './threads.js';
import { startWasm } from './wasm.js';

/** Options of {@link useBackend}. */
export interface BackendOptions {
  /**
   * Threads to request; by default as many as there are cores. TensorFlow reads them when it is
   * loaded, so only the first call in a process can set them. TF_NUM_INTRAOP_THREADS and
   * TF_NUM_INTEROP_THREADS of the user's environment override them.
   */
  readonly threads?: ThreadRequest;
}

/** The current backend. */
export interface BackendInfo {
  readonly name: BackendName;
  /** Versions by name: `node`, `tfjs`, and `tfjs-node-gpu`, `tensorflow` or `tfjs-backend-wasm`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly device: 'cpu' | 'gpu';
  readonly threads: ThreadSettings;
  /** Why `auto` chose wasm over native TensorFlow; undefined if it did not have to. */
  readonly fallback: string | undefined;
}

const COMMON_VERSIONS = { node: process.versions.node, tfjs: tf.version_core };

async function useNative(request: ThreadRequest): Promise<BackendInfo> {
  const native = await startNative(request);
  registerKernels('tensorflow');
  return {
    name: 'tensorflow',
    versions: {
      ...COMMON_VERSIONS,
      'tfjs-node-gpu': native.version,
      tensorflow: native.tensorflow,
    },
    device: native.device,
    threads: native.threads,
    fallback: undefined,
  };
}

async function useWasm(request: ThreadRequest, fallback?: string): Promise<BackendInfo> {
  const wasm = await startWasm(request);
  registerKernels('wasm');
  return {
    name: 'wasm',
    versions: { ...COMMON_VERSIONS, 'tfjs-backend-wasm': wasm.version },
    device: 'cpu',
    threads: wasm.threads,
    fallback,
  };
}

async function useBest(request: ThreadRequest): Promise<BackendInfo> {
  try {
    return await useNative(request);
  } catch (error) {
    if (error instanceof BackendError) {
      return useWasm(request, error.message.replace(/^useBackend: /, ''));
    }
    throw error;
  }
}

const STARTERS: Readonly<Record<BackendChoice, (request: ThreadRequest) => Promise<BackendInfo>>> =
  {
    auto: useBest,
    tensorflow: useNative,
    wasm: useWasm,
  };

/** The start in progress: tfjs has one current backend per process, so starts run one by one. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend the current one of this process and registers the library's kernels for it.
 *
 * It can be called again, with the same or another name; tensors move when they are used.
 *
 * @param choice - `tensorflow` (native; built by `npx autodeeplab setup`), `wasm` (embedded, always
 *   there), or `auto`: native if it is built and loads, else wasm, with the reason in
 *   {@link BackendInfo.fallback}. The environment variable AUTODEEPLAB_BACKEND decides for `auto`.
 * @throws {@link ConfigError} if the name or a thread count is not one of those that are possible
 * @throws {@link BackendError} if the requested backend is missing; the message holds the command
 *   that fixes it
 *
 * @example
 * const { name, device } = await useBackend('auto'); // such as 'tensorflow' on 'cpu'
 */
export async function useBackend(
  choice: BackendChoice = 'auto',
  options: BackendOptions = {},
): Promise<BackendInfo> {
  const wanted = resolveAuto(parseBackendChoice(choice), process.env);
  const start = previous.then(() => STARTERS[wanted](options.threads ?? {}));
  previous = start.catch(() => undefined);
  return start;
}
