/** Looks at a machine: what the backends need, what is there, and what mends the rest. */
import { createRequire } from 'node:module';
import { cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { resolveAuto, type BackendName } from './backend-name.js';
import {
  findNativePackage,
  findNativeProblem,
  packageVersion,
  SETUP_COMMAND,
} from './native-package.js';
import { probeNative, probeWasm, type ProbeResult } from './probe.js';
import { cacheFolder } from './setup/cache-folder.js';
import { readPlacement } from './setup/placement.js';
import {
  findCompiler,
  findGpus,
  findPython,
  type Compiler,
  type Gpu,
  type Python,
} from './setup/tools.js';
import { coreCount, resolveThreads, type ThreadSettings } from './threads.js';
import { MAX_WASM_THREADS } from './wasm-threads.js';

/** What one backend can do on this machine. */
export type BackendState = ProbeResult & {
  /** Threads it would use. */
  readonly threads: ThreadSettings;
};

/** Something that is missing or old, and what mends it. */
export interface Finding {
  readonly problem: string;
  readonly mend: string;
}

/** All that {@link diagnose} sees. */
export interface Diagnosis {
  readonly node: {
    readonly version: string;
    readonly nodeApi: string;
    readonly isSupported: boolean;
  };
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    /** Cores that this process may use. */
    readonly cores: number;
    readonly memoryGiB: number;
    readonly freeMemoryGiB: number;
  };
  /** What the native set-up needs; undefined where it is missing. */
  readonly tools: { readonly python: Python | undefined; readonly compiler: Compiler | undefined };
  readonly gpus: readonly Gpu[];
  /** Versions of the npm packages; undefined where one is not installed. */
  readonly packages: Readonly<Record<string, string | undefined>>;
  readonly native: BackendState & {
    /** Where its C library comes from: `wheel`, `vendor`, or undefined if no set-up noted it. */
    readonly source: string | undefined;
  };
  readonly wasm: BackendState;
  /** The backend that `auto` takes here; undefined if none works. */
  readonly backend: BackendName | undefined;
  readonly cache: string;
  readonly findings: readonly Finding[];
}

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

function isSupportedNode(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || major === 21 || major === 22;
}

async function lookAtNative(
  environment: NodeJS.ProcessEnv,
): Promise<ProbeResult & { mend?: string }> {
  const folder = findNativePackage();
  const problem = findNativeProblem(folder);
  if (folder === undefined || problem !== undefined) {
    return {
      works: false,
      reason: problem?.reason ?? 'unknown',
      mend: problem?.mend ?? SETUP_COMMAND,
    };
  }
  const probe = await probeNative(folder, environment);
  return probe.works ? probe : { ...probe, mend: `run: ${SETUP_COMMAND} --force` };
}

function findFindings(
  diagnosis: Omit<Diagnosis, 'findings'>,
  nativeMend: string | undefined,
): readonly Finding[] {
  const { node, tools, native, wasm, gpus } = diagnosis;
  const findings: Finding[] = [];
  const add = (isWrong: boolean, problem: string, mend: string): void => {
    if (isWrong) {
      findings.push({ problem, mend });
    }
  };
  add(
    !node.isSupported,
    `Node ${node.version} was not tried`,
    'use Node 20 (20.19 or later) or 22',
  );
  if (!native.works) {
    const debian = 'on Debian and Ubuntu run: apt-get install';
    add(
      tools.python === undefined,
      'there is no Python to fetch TensorFlow with',
      `${debian} python3-pip`,
    );
    add(
      tools.python !== undefined && tools.python.pip === undefined,
      'Python has no pip to fetch TensorFlow with',
      `${debian} python3-pip`,
    );
    add(tools.compiler === undefined, 'there is no C++ compiler', `${debian} g++`);
    add(
      true,
      `the tensorflow backend does not work: ${native.reason}`,
      nativeMend ?? SETUP_COMMAND,
    );
  }
  if (native.works && gpus.length > 0 && native.detail !== 'gpu') {
    add(
      true,
      'an NVIDIA GPU is there, but TensorFlow runs on the CPU',
      `run: ${SETUP_COMMAND} --force`,
    );
  }
  add(
    !wasm.works,
    `the wasm backend does not work: ${wasm.works ? '' : wasm.reason}`,
    'run: npm ci',
  );
  return findings;
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
 * Looks at this machine; both backends are tried in processes of their own.
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
  const { mend, ...nativeState } = native;
  const diagnosis = {
    node: {
      version: process.versions.node,
      nodeApi: process.versions.napi ?? 'none',
      isSupported: isSupportedNode(process.versions.node),
    },
    machine: {
      platform: `${process.platform}-${process.arch}`,
      processor: cpus().at(0)?.model.trim() ?? 'unknown',
      cores: coreCount(),
      memoryGiB: toGiB(totalmem()),
      freeMemoryGiB: toGiB(freemem()),
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
      source: folder === undefined ? undefined : readPlacement(folder)?.source,
    },
    wasm: {
      ...wasm,
      threads: { ...threads, intra: Math.min(threads.intra, MAX_WASM_THREADS), inter: 1 },
    },
    backend: pickBackend(native, wasm, environment),
    cache: cacheFolder(environment),
  };
  return { ...diagnosis, findings: findFindings(diagnosis, mend) };
}
