/**
 * How many threads a backend uses: `intra` for one kernel, `inter` for kernels at the same time.
 *
 * TensorFlow reads both once per process, when it is loaded. A deep chain of large kernels needs many
 * `intra`; a supernet of many small kernels needs many `inter`.
 */
import { availableParallelism } from 'node:os';
import { ConfigError } from '../errors.js';

/** Threads to request; by default as many as there are cores. */
export interface ThreadRequest {
  /** Threads that share the work of one kernel. */
  readonly intra?: number;
  /** Kernels that run at the same time; the wasm backend always runs one. */
  readonly inter?: number;
}

/** Threads in use. */
export interface ThreadSettings {
  /** Threads that share the work of one kernel. */
  readonly intra: number;
  /** Kernels that run at the same time. */
  readonly inter: number;
  /** Why this differs from the request, if it does. */
  readonly note: string | undefined;
}

const VARIABLES = { intra: 'TF_NUM_INTRAOP_THREADS', inter: 'TF_NUM_INTEROP_THREADS' } as const;
const KINDS = ['intra', 'inter'] as const;

/** The environment variables in which TensorFlow finds the threads. */
export const THREAD_VARIABLES: readonly string[] = Object.values(VARIABLES);

/** The number of cores that this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

function checkCount(kind: string, count: number): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new ConfigError(`threads.${kind}: expected a positive integer, got ${count}`);
  }
  return count;
}

/** The count that an environment variable sets; to TensorFlow, 0 means its default. */
function fromEnvironment(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const count = Number(environment[name]);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

/**
 * The threads that a backend loaded now would use: the environment variables
 * TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS, else `request`, else the number of cores.
 *
 * @throws {@link ConfigError} if a requested count is not a positive integer
 */
export function resolveThreads(
  request: ThreadRequest,
  environment: NodeJS.ProcessEnv,
): ThreadSettings {
  const ignored: string[] = [];
  const [intra, inter] = KINDS.map((kind) => {
    const wanted = request[kind] === undefined ? undefined : checkCount(kind, request[kind]);
    const fixed = fromEnvironment(environment, VARIABLES[kind]);
    if (fixed !== undefined && wanted !== undefined && fixed !== wanted) {
      ignored.push(`${VARIABLES[kind]}=${fixed} of the environment overrides ${kind} ${wanted}`);
    }
    return fixed ?? wanted ?? coreCount();
  });
  return { intra, inter, note: ignored.length > 0 ? ignored.join('; ') : undefined };
}

/**
 * Writes `threads` into the environment, where TensorFlow reads them when it is loaded.
 *
 * @returns a function that restores the environment
 */
export function exportThreads(threads: ThreadSettings, environment: NodeJS.ProcessEnv): () => void {
  const before = KINDS.map((kind) => [VARIABLES[kind], environment[VARIABLES[kind]]] as const);
  for (const kind of KINDS) {
    environment[VARIABLES[kind]] = String(threads[kind]);
  }
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) {
        delete environment[name];
      } else {
        environment[name] = value;
      }
    }
  };
}

/**
 * What compiled steps are made of: *branches* - very many small kernels, of which several can run at
 * the same time, as in the supernet; *chain* - large kernels one after the other, as in a derived
 * network.
 */
export type Work = 'branches' | 'chain';

/** Threads of one compiled program. */
export type ProgramThreads = Required<ThreadRequest>;

/**
 * The counts that the user chose, by the environment or by `request`.
 *
 * @param environment - as it was before {@link exportThreads}
 */
export function chosenThreads(
  request: ThreadRequest,
  environment: NodeJS.ProcessEnv,
): ThreadRequest {
  const counts = KINDS.map(
    (kind) => [kind, fromEnvironment(environment, VARIABLES[kind]) ?? request[kind]] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}

/**
 * The threads for a kind of work; the user's choice overrides them.
 *
 * Branches: one thread per kernel, as many kernels at once as there are cores. Chain: all cores work
 * on each kernel.
 */
export function threadsFor(work: Work, chosen: ThreadRequest, cores = coreCount()): ProgramThreads {
  const best = work === 'branches' ? { intra: 1, inter: cores } : { intra: cores, inter: cores };
  return { ...best, ...chosen };
}

/**
 * The threads of a backend that is already loaded, with a note if `request` differs from them.
 */
export function keepThreads(loaded: ThreadSettings, request: ThreadRequest): ThreadSettings {
  const refused = KINDS.filter(
    (kind) => request[kind] !== undefined && checkCount(kind, request[kind]) !== loaded[kind],
  );
  return refused.length === 0
    ? loaded
    : {
        ...loaded,
        note: `${refused.join(' and ')} threads stay as they were when the backend was loaded in this process`,
      };
}
