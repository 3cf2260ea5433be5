/** Builds the native backend, as far as this machine allows. */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError, DataError } from '../../errors.js';
import { withLock } from '../../files/lock.js';
import { resolveAuto, type BackendChoice, type BackendName } from '../backend-name.js';
import { findNativePackage, findNativeProblem } from '../native-package.js';
import { addonKey } from './addon.js';
import { bestVariant } from './best-variant.js';
import { cacheFolder } from './cache-folder.js';
import { libtensorflowFolder } from './libtensorflow.js';
import { wheelTarget } from './machine.js';
import { isPlaced, readPlacement } from './placement.js';
import { waysTo, type SetupWork } from './ways.js';

/** How to set up. */
export interface SetupOptions {
  /** `wasm` builds nothing; `tensorflow` throws where native TensorFlow cannot be had. */
  readonly backend?: BackendChoice;
  /** Fetch and build everything again. */
  readonly isForced?: boolean;
  /** Receives one line at the start of each long step. */
  readonly onProgress?: (line: string) => void;
  /** Variables of the environment; those of this process if absent. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folder of `@tensorflow/tfjs-node-gpu`; the installed one if absent. */
  readonly packageFolder?: string | undefined;
}

/** The outcome of a set-up. */
export interface SetupResult {
  /** The backend that `auto` now takes. */
  readonly backend: BackendName;
  /** One sentence: what is in place, or why it is wasm. */
  readonly summary: string;
  /** What failed, in the order in which it was tried. */
  readonly failures: readonly string[];
  /** The file with all commands and their output, if any ran. */
  readonly log: string | undefined;
}

async function tryAll(work: SetupWork): Promise<SetupResult> {
  const failures: string[] = [];
  const { log } = work.context;
  for (const way of waysTo(work)) {
    try {
      return { backend: 'tensorflow', summary: await way(work), failures, log };
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  const summary = `native TensorFlow could not be set up: ${failures[0]}`;
  return { backend: 'wasm', summary, failures, log };
}

/** Removes from the cache what belongs to this machine and these versions. */
function discard({ context, packageFolder }: SetupWork): void {
  const target = wheelTarget();
  if (target === undefined) {
    return;
  }
  for (const variant of ['cpu', 'gpu'] as const) {
    const addon = join(context.cache, addonKey(packageFolder, target, variant));
    for (const folder of [libtensorflowFolder(context.cache, target, variant), addon]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function inPlace(packageFolder: string): SetupResult {
  const placement = readPlacement(packageFolder);
  const what =
    placement?.source === 'vendor'
      ? "the vendor's old build of TensorFlow"
      : `native TensorFlow ${placement?.versions.tensorflow}`;
  const summary = `${what} (${placement?.variant}) is in place already`;
  return { backend: 'tensorflow', summary, failures: [], log: undefined };
}

function wasmOnly(summary: string): SetupResult {
  return { backend: 'wasm', summary, failures: [], log: undefined };
}

function makeCache(cache: string): void {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch (error) {
    throw new BackendError(
      `expected to write to the folder ${cache}, but cannot; name another in AUTODEEPLAB_CACHE`,
      { cause: error },
    );
  }
}

async function setUpNative(packageFolder: string, options: SetupOptions): Promise<SetupResult> {
  const environment = options.environment ?? process.env;
  const isForced = options.isForced ?? false;
  const onProgress = options.onProgress ?? (() => undefined);
  const wanted = await bestVariant(environment, onProgress);
  if (!isForced && isPlaced(packageFolder, wanted)) {
    return inPlace(packageFolder);
  }
  const cache = cacheFolder(environment);
  const context = { environment, cache, log: join(cache, 'setup.log'), onProgress };
  const work = { context, packageFolder, wanted };
  const run = async (): Promise<SetupResult> => {
    if (!isForced && isPlaced(packageFolder, wanted)) {
      return inPlace(packageFolder); // by the process that held the lock
    }
    writeFileSync(context.log, `${new Date().toISOString()} Node ${process.version}\n`);
    if (isForced) {
      discard(work);
    }
    return tryAll(work);
  };
  const onWait = (owner: string): void => onProgress(`waiting for the set-up of ${owner}`);
  makeCache(cache);
  return withLock(join(cache, 'setup.lock'), run, { onWait });
}

/** What keeps a set-up from even starting (folder not writable or locked, disk full) leaves wasm. */
async function setUpOrTell(packageFolder: string, options: SetupOptions): Promise<SetupResult> {
  try {
    return await setUpNative(packageFolder, options);
  } catch (error) {
    const isExpected = error instanceof BackendError || error instanceof DataError;
    if (isExpected || (error instanceof Error && 'code' in error)) {
      return wasmOnly(`native TensorFlow could not be set up: ${error.message}`);
    }
    throw error;
  }
}

/**
 * Sets up native TensorFlow: builds the addon of `@tensorflow/tfjs-node-gpu` against the C library
 * of TensorFlow's Python wheel (with CUDA where an NVIDIA GPU is seen), else takes the vendor's
 * prebuilt download, else leaves wasm. If a build is in place, this takes a fraction of a second.
 *
 * @returns what is in place, or why it is not native TensorFlow
 * @throws {@link BackendError} if `backend` is `tensorflow` and native TensorFlow cannot be had
 * @throws {@link ConfigError} if AUTODEEPLAB_BACKEND holds an unknown name
 */
export async function setUpBackend(options: SetupOptions = {}): Promise<SetupResult> {
  const choice = resolveAuto(options.backend ?? 'auto', options.environment ?? process.env);
  if (choice === 'wasm') {
    return wasmOnly('wasm was asked for: nothing to build');
  }
  const packageFolder = 'packageFolder' in options ? options.packageFolder : findNativePackage();
  const problem = findNativeProblem(packageFolder);
  const result =
    packageFolder === undefined || problem?.canBeSetUp === false
      ? wasmOnly(`native TensorFlow cannot be set up: ${problem?.reason}; ${problem?.fix}`)
      : await setUpOrTell(packageFolder, options);
  if (choice === 'tensorflow' && result.backend !== 'tensorflow') {
    const log = result.log === undefined ? '' : `; see ${result.log}`;
    throw new BackendError(`setup: ${result.summary}${log}`);
  }
  return result;
}
