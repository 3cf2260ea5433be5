/** What processes that compute together must have in common. */
import { addedOperations } from '../ops/native-kernels.js';
import { libraryVersion } from '../run/version.js';
import { GRAPH_VERSION } from '../runtime/graph/graph-def.js';
import { SETUP_COMMAND } from '../backend/native-package.js';

/** What a process is made of. */
export interface Member {
  /** Version of this library. */
  readonly library: string;
  /** Version of TensorFlow's C library. */
  readonly tensorflow: string;
  /** Version of GraphDef that graphs are written in. */
  readonly graph: number;
  /** The operations of our own that it has kernels for. */
  readonly operations: readonly string[];
}

/** This process, on the native backend. */
export function thisMember(tensorflow: string): Member {
  return {
    library: libraryVersion(),
    tensorflow,
    graph: GRAPH_VERSION,
    operations: addedOperations(),
  };
}

/**
 * Why a worker cannot compute what a chief sends.
 *
 * @param where - where the chief is, in words
 * @returns what was expected, what it is, and what to do; undefined if it can
 */
export function memberProblem(chief: Member, worker: Member, where = 'here'): string | undefined {
  const versions = [
    ['autodeeplab', chief.library, worker.library, 'install the same version on both'],
    ['TensorFlow', chief.tensorflow, worker.tensorflow, `run on both: ${SETUP_COMMAND}`],
    ['graphs of version', chief.graph, worker.graph, 'install the same version on both'],
  ] as const;
  for (const [what, here, there, advice] of versions) {
    if (here !== there) {
      return `expected ${what} ${here} as ${where}, got ${what} ${there}; ${advice}`;
    }
  }
  const missing = chief.operations.filter((name) => !worker.operations.includes(name));
  return missing.length === 0
    ? undefined
    : `expected the kernels ${missing.join(', ')} as ${where}, got a TensorFlow without them; run there: ` +
        `${SETUP_COMMAND} --force`;
}
