/** The ring that a run asks for. */
import { ConfigError } from '../../errors.js';
import { formatAddress, parseAddress, type Address } from '../address.js';
import { checkSeconds } from '../open-cluster.js';

/** Equal processes that share the replicas of a run, one each. */
export interface RingRequest {
  /**
   * All processes by rank, each as `host:port`. Rank 0 listens at its port for the others; TensorFlow's server
   * of each process takes the port after the one named.
   */
  readonly processes: readonly string[];
  /** Which of them this process is, from 0; rank 0 validates and writes the run. */
  readonly rank: number;
  /**
   * What carries the means: *ring* - TensorFlow's servers. *nccl* - NVIDIA's library, between GPUs. By default
   * *nccl* if all processes compute on a GPU.
   */
  readonly reduce?: 'ring' | 'nccl' | undefined;
  /** A step that takes longer has failed, seconds; 600 by default. */
  readonly stepTimeout?: number | undefined;
  /** A process that is not there at the start is waited for, seconds; 300 by default. */
  readonly wait?: number | undefined;
}

/** How long a step may take and a process may be late, seconds. */
export const RING_TIMES = { stepTimeout: 600, wait: 300 } as const;

/** A request that was checked. */
export interface CheckedRing {
  readonly addresses: readonly Address[];
  /** The same as they are typed. */
  readonly names: readonly string[];
  readonly rank: number;
  readonly reduce: RingRequest['reduce'];
  readonly stepTimeout: number;
  readonly wait: number;
}

/** Where TensorFlow's server of a process is. */
export function serverOf({ host, port }: Address): Address {
  return { host, port: port + 1 };
}

/** Throws unless all ports of the processes differ, and there is a next one. */
function checkPorts(addresses: readonly Address[]): void {
  const owners = new Map<string, Address>();
  for (const address of addresses) {
    if (address.port >= 65_535) {
      throw new ConfigError(
        `ring: expected ports below 65535, since TensorFlow takes the next one, got ${formatAddress(address)}; ` +
          'choose another port',
      );
    }
    for (const name of [address, serverOf(address)].map(formatAddress)) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new ConfigError(
          `ring: expected two free ports for each process, that named and the next, got ` +
            `${formatAddress(owner)} and ${formatAddress(address)}; name ports that differ by 2 or more, ` +
            'such as localhost:5000,localhost:5002',
        );
      }
      owners.set(name, address);
    }
  }
}

/**
 * Checks a request.
 *
 * @throws {@link ConfigError} naming what is wrong
 */
export function checkRing({
  processes,
  rank,
  reduce,
  stepTimeout = RING_TIMES.stepTimeout,
  wait = RING_TIMES.wait,
}: RingRequest): CheckedRing {
  const addresses = processes.map((text) => parseAddress(text, 'ring'));
  if (addresses.length < 2) {
    throw new ConfigError(
      `ring: expected at least two processes as host:port, got ${addresses.length}; without the ring, one ` +
        'process computes all replicas',
    );
  }
  checkPorts(addresses);
  if (!Number.isInteger(rank) || rank < 0 || rank >= addresses.length) {
    throw new ConfigError(
      `ring: expected a rank from 0 to ${addresses.length - 1}, one for each of the ${addresses.length} ` +
        `processes, got ${rank}; change the option rank`,
    );
  }
  return {
    addresses,
    names: addresses.map(formatAddress),
    rank,
    reduce,
    stepTimeout: checkSeconds('stepTimeout', stepTimeout),
    wait: checkSeconds('wait', wait),
  };
}
