/** Where programs of a process of a ring are. */
import { programThreads } from '../../backend/native.js';
import type { Work } from '../../backend/threads.js';
import { ConfigError } from '../../errors.js';
import { usesGpu } from '../../ops/native-kernels.js';
import type { SessionPlace } from '../../runtime/graph/session-config.js';
import type { Ring } from '../../runtime/ring.js';
import { formatAddress } from '../address.js';
import { startServer } from '../server.js';
import { serverOf, type CheckedRing } from './request.js';

/** What programs of a ring are compiled with. */
export interface RingPlace {
  readonly place: SessionPlace;
  readonly ring: Ring;
  readonly devices: readonly string[];
}

/** TensorFlow's name of a process. */
const taskOf = (rank: number) => `/job:worker/replica:0/task:${rank}`;

let isTaken = false;

/**
 * Starts TensorFlow's server of this process.
 *
 * @throws {@link ConfigError} in a process that was part of a ring before, whose server cannot be stopped
 * @throws {@link BackendError} if the port is taken
 */
export function startRingServer(
  { addresses, rank, stepTimeout: timeoutSeconds }: CheckedRing,
  hint: Ring['hint'],
  work: Work,
): RingPlace {
  if (isTaken) {
    throw new ConfigError(
      'ring: expected a process that was not part of a ring before, got one that was; start another process',
    );
  }
  isTaken = true;
  const tasks = addresses.map((_, i) => taskOf(i));
  const target = startServer({
    jobs: { worker: addresses.map((address) => formatAddress(serverOf(address))) },
    job: 'worker',
    task: rank,
    threads: programThreads(work),
    ring: { tasks, hint },
  });
  return {
    place: { target, timeoutSeconds },
    ring: { rank, tasks, hint },
    devices: [`${taskOf(rank)}/device:${usesGpu() ? 'GPU' : 'CPU'}:0`],
  };
}
