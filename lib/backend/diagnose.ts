/** Examines a machine: what the backends need, what is there, and what fixes the rest. */
import { createRequire } from 'node:module';
import { cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { bfloat16Instructions, gainsByBfloat16 } from './bfloat16.js';
import { resolveAuto, type BackendName } from './backend-name.js';
import type { Diagnosis } from './diagnosis.js';
import { findFindings } from './findings.js';
import {
  findNativePackage,
  findNativeProblem,
  packageVersion,
  SETUP_COMMAND,
} from './native-package.js';
import { probeNative, probeWasm, type ProbeResult } from './probe.js';
import { cacheFolder } from './setup/cache-folder.js';
import { findGpus } from './setup/gpus.js';
import { readPlacement } from './setup/placement.js';
import { findCompiler, findPython } from './setup/tools.js';
import { coreCount, resolveThreads } from './threads.js';
import { MAX_WASM_THREADS } from './wasm-threads.js';

const require = createRequire(import.meta.url);

/** The version of an installed package, found by the folder that its main file lies in. */
function installedVersion(name: string): string | undefined {
  try {
    return packageVersion(dirname(require.resolve(`${name}/package.json`)));
  } catch {
    return undefined;
  }
}

function toGiB(bytes: number): number {
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}

async function lookAtNative(
  environment: NodeJS.ProcessEnv,
): Promise<ProbeResult & { fix?: string }> {
  const folder = findNativePackage();
  const problem = findNativeProblem(folder);
  if (folder === undefined || problem !== undefined) {
    return {
      works: false,
      reason: problem?.reason ?? 'unknown',
      fix: problem?.fix ?? SETUP_COMMAND,
    };
  }
  const probe = await probeNative(folder, environment);
  return probe.works ? probe : { ...probe, fix: `run: ${SETUP_COMMAND} --force` };
}

/** The backend `auto` would take. */
function pickBackend(
  native: ProbeResult,
  wasm: ProbeResult,
  environment: NodeJS.ProcessEnv,
): BackendName | undefined {
  const choice = resolveAuto('auto', environment);
  if (choice !== 'wasm' && native.works) {
    return 'tensorflow';
  }
  return choice !== 'tensorflow' && wasm.works ? 'wasm' : undefined;
}

/**
 * Examines this machine; both backends are tried in processes of their own.
 *
 * @param environment - variables of the environment; those of this process if absent
 * @throws {@link ConfigError} if AUTODEEPLAB_BACKEND holds an unknown name
 */
export async function diagnose(environment: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
  const [python, compiler, gpus, native, wasm] = await Promise.all([
    findPython(environment),
    findCompiler(environment),
    findGpus(environment),
    lookAtNative(environment),
    probeWasm(environment),
  ]);
  const threads = resolveThreads({}, environment);
  const folder = findNativePackage();
  const origin = folder === undefined ? undefined : readPlacement(folder);
  const { fix, ...nativeState } = native;
  const backend = pickBackend(native, wasm, environment);
  const instructions = bfloat16Instructions();
  const isGpu = native.works && native.detail === 'gpu';
  const place = { isCompiled: backend === 'tensorflow', isGpu, instructions };
  const diagnosis = {
    node: { version: process.versions.node, nodeApi: process.versions.napi ?? 'none' },
    machine: {
      platform: `${process.platform}-${process.arch}`,
      processor: cpus().at(0)?.model.trim() ?? 'unknown',
      cores: coreCount(),
      memoryGiB: toGiB(totalmem()),
      freeMemoryGiB: toGiB(freemem()),
      bfloat16: instructions,
    },
    tools: { python, compiler },
    gpus,
    packages: {
      '@tensorflow/tfjs-core': installedVersion('@tensorflow/tfjs-core'),
      '@tensorflow/tfjs-backend-wasm': installedVersion('@tensorflow/tfjs-backend-wasm'),
      '@tensorflow/tfjs-node-gpu': installedVersion('@tensorflow/tfjs-node-gpu'),
    },
    native: {
      ...nativeState,
      threads,
      origin: origin && `${origin.source} (${origin.variant})`,
    },
    wasm: {
      ...wasm,
      threads: { ...threads, intra: Math.min(threads.intra, MAX_WASM_THREADS), inter: 1 },
    },
    backend,
    precision: gainsByBfloat16(place) ? ('bfloat16' as const) : ('float32' as const),
    cache: cacheFolder(environment),
  };
  return { ...diagnosis, findings: findFindings(diagnosis, fix) };
}
