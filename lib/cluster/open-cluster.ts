/** The start of a cluster by its chief. */
import { programThreads } from '../backend/native.js';
import type { Work } from '../backend/threads.js';
import { useBackend } from '../backend/use-backend.js';
import { ConfigError, BackendError } from '../errors.js';
import type { SessionPlace } from '../runtime/graph/session-config.js';
import { formatAddress, parseAddress, parseAddresses, type Address } from './address.js';
import { Cluster } from './cluster.js';
import { checkMember, join, type Joined, type JoinOptions } from './join.js';
import { DONE, type ClusterAddresses } from './messages.js';
import { thisMember } from './member.js';
import { freePort, openSocket } from './reach.js';
import { checkServerBinding, clusterDevices, clusterJobs, startServer } from './server.js';

/** The machines that share the replicas of a run. */
export interface ClusterRequest {
  /** The workers, each as `host:port`. */
  readonly workers: readonly string[];
  /**
   * Where workers reach TensorFlow's server of this process, as `host:port`; by default the address by which
   * this machine reaches them, and a free port.
   */
  readonly chief?: string | undefined;
  /** A step that takes longer has failed, seconds; 600 by default. */
  readonly stepTimeout?: number | undefined;
  /** A worker that is not there at the start is waited for, seconds; 60 by default. */
  readonly wait?: number | undefined;
}

/** How long a step may take and a worker may be late, seconds. */
export const CLUSTER_TIMES = { stepTimeout: 600, wait: 60 } as const;

/** The longest time that fits into ConfigProto as milliseconds, seconds. */
const LONGEST = 2_000_000;

/** A server of a worker starts at once; ms. */
const SERVE_MS = 60_000;

/** The session that asks for the devices is given so long, seconds. */
const DEVICES_SECONDS = 60;

/** Throws unless a time fits into ConfigProto. */
export function checkSeconds(name: string, value: number): number {
  if (!(value > 0 && value <= LONGEST)) {
    throw new ConfigError(
      `cluster: expected seconds above 0 and up to ${LONGEST} as the option ${name}, got ${value}`,
    );
  }
  return value;
}

const isLoopback = (host: string) => host === '::1' || host.startsWith('127.');

/** Where workers reach this process. */
async function ownAddress(joined: readonly Joined[], named: string | undefined): Promise<Address> {
  if (named !== undefined) {
    return parseAddress(named, 'chief');
  }
  const hosts = joined.map(({ connection }) => connection.localHost);
  const host = hosts.find((name) => !isLoopback(name)) ?? hosts[0];
  return { host, port: await freePort() };
}

async function serve(
  { name, connection, server }: Joined,
  cluster: ClusterAddresses,
  task: number,
  work: Work,
): Promise<void> {
  await connection.ask({ kind: 'serve', cluster, task, work }, DONE, SERVE_MS);
  try {
    (await openSocket(server)).destroy();
  } catch (error) {
    throw new BackendError(
      `worker ${name}: expected to reach its TensorFlow at ${formatAddress(server)}, got ` +
        `${(error as Error).message}; open that port of its machine to this one`,
      { cause: error },
    );
  }
}

/** Connects to all workers, or to none. */
export async function joinAll(
  addresses: readonly Address[],
  options: JoinOptions,
): Promise<readonly Joined[]> {
  const results = await Promise.allSettled(addresses.map((address) => join(address, options)));
  const joined = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    joined.forEach(({ connection }) => {
      connection.close();
    });
    throw failed.reason;
  }
  return joined;
}

/**
 * Starts TensorFlow's server in this process and in all workers.
 *
 * Versions and kernels are compared first, and connections tried in both directions.
 *
 * @param work - the kind of work, which decides the number of threads
 * @throws {@link ConfigError} if an address is not one
 * @throws {@link BackendError} naming the worker that does not come, is of another version, lacks our
 *   kernels, serves another chief, or cannot be reached
 */
export async function openCluster(
  request: ClusterRequest,
  work: Work,
  control: Omit<JoinOptions, 'wait'> = {},
): Promise<Cluster> {
  const timeoutSeconds = checkSeconds(
    'stepTimeout',
    request.stepTimeout ?? CLUSTER_TIMES.stepTimeout,
  );
  const wait = checkSeconds('wait', request.wait ?? CLUSTER_TIMES.wait);
  const addresses = parseAddresses(request.workers, 'cluster');
  checkServerBinding();
  const { versions } = await useBackend('tensorflow');
  const joined = await joinAll(addresses, { ...control, wait });
  try {
    const own = thisMember(versions.tensorflow);
    joined.forEach((worker) => {
      checkMember(own, worker);
    });
    const chief = formatAddress(await ownAddress(joined, request.chief));
    const cluster = { chief, workers: joined.map(({ server }) => formatAddress(server)) };
    const threads = programThreads(work);
    const target = startServer({ jobs: clusterJobs(cluster), job: 'chief', task: 0, threads });
    control.onNote?.(
      `TensorFlow listens at ${chief}, on every interface and without a password, until this process ends`,
    );
    await Promise.all(joined.map((worker, task) => serve(worker, cluster, task, work)));
    const place: SessionPlace = { target, timeoutSeconds };
    const asking = { target, timeoutSeconds: Math.min(timeoutSeconds, DEVICES_SECONDS) };
    return new Cluster(place, clusterDevices(asking, threads), joined);
  } catch (error) {
    joined.forEach(({ connection }) => {
      connection.close();
    });
    throw error;
  }
}
