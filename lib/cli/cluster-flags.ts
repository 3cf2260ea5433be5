/** The flags of several machines, as a cluster or as a ring, and what a task of Slurm does with them. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseAddress, parseAddresses } from '../cluster/address.js';
import { CLUSTER_TIMES, type ClusterRequest } from '../cluster/open-cluster.js';
import { checkRing, RING_TIMES, serverOf, type RingRequest } from '../cluster/ring/request.js';
import { slurmTask } from '../cluster/slurm.js';
import { PATIENCE } from '../cluster/worker.js';
import { ConfigError } from '../errors.js';
import { anyNumber } from './options.js';
import { EVERYWHERE, warningOf, work } from './worker.js';

/** Stands for the tasks of a job of Slurm. */
const SLURM = 'slurm';

/** What the flags say. */
export interface ClusterFlags {
  readonly cluster?: readonly string[] | typeof SLURM;
  readonly chief?: string;
  readonly ring?: readonly string[] | typeof SLURM;
  readonly rank?: number;
  readonly reduce?: RingRequest['reduce'];
  readonly stepTimeout?: number;
  readonly clusterWait?: number;
}

/** A list of addresses, or the tasks of Slurm; the check throws where they are wrong. */
function listOf(
  check: (addresses: readonly string[]) => unknown,
): (text: string) => readonly string[] | typeof SLURM {
  return (text) => {
    if (text === SLURM) {
      return SLURM;
    }
    const addresses = text.split(',').map((part) => part.trim());
    try {
      check(addresses);
    } catch (error) {
      throw error instanceof ConfigError ? new InvalidArgumentError(`${error.message}.`) : error;
    }
    return addresses;
  };
}

function rankNumber(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError(`expected a number from 0 on, got "${text}".`);
  }
  return Number(text);
}

function seconds(text: string): number {
  const value = anyNumber(text);
  if (!(value > 0)) {
    throw new InvalidArgumentError(`expected seconds above 0, got "${text}".`);
  }
  return value;
}

function address(text: string): string {
  try {
    parseAddress(text, '--chief');
  } catch (error) {
    throw error instanceof ConfigError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
  return text;
}

/** The workers to use. */
export function clusterOption(): Option {
  return new Option(
    '--cluster <host:port,…>',
    'workers on other machines that compute replicas with this one, each started with "autodeeplab ' +
      'worker"; slurm: the other tasks of srun',
  ).argParser(listOf((workers) => parseAddresses(workers, '--cluster')));
}

/** Adds the flags of a cluster. */
export function addClusterOptions(command: Command): Command {
  const group = 'Several machines:';
  const flags = [
    clusterOption(),
    new Option(
      '--chief <host:port>',
      'where the workers reach this process (the address by which it reaches them, a free port)',
    ).argParser(address),
    new Option(
      '--ring <host:port,…>',
      'all processes that compute one replica each, by rank; each is started with the same command and ' +
        'its own --rank; slurm: the tasks of srun',
    ).argParser(listOf((processes) => checkRing({ processes, rank: 0 }))),
    new Option(
      '--rank <number>',
      'which process of the ring this is, from 0; rank 0 writes the run',
    ).argParser(rankNumber),
    new Option(
      '--reduce <how>',
      "what carries a ring's means: TensorFlow's servers, or NCCL between GPUs (nccl if all compute on a GPU)",
    ).choices(['ring', 'nccl']),
    new Option(
      '--step-timeout <seconds>',
      `a step that takes longer has failed (${CLUSTER_TIMES.stepTimeout})`,
    ).argParser(seconds),
    new Option(
      '--cluster-wait <seconds>',
      `how long to wait for processes that are not there yet (workers: ${CLUSTER_TIMES.wait}, ` +
        `ring: ${RING_TIMES.wait})`,
    ).argParser(seconds),
  ];
  for (const flag of flags) {
    command.addOption(flag.helpGroup(group));
  }
  return command;
}

/** Throws if one of some flags is there, which mean nothing without another. */
function checkNone(
  flags: ClusterFlags,
  names: readonly (keyof ClusterFlags)[],
  other: string,
): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given !== undefined) {
    throw new ConfigError(
      `cluster: expected the option ${other} with the option ${given}, got none; pass both`,
    );
  }
}

/** The ring that the flags ask for. */
function ringFrom({
  ring,
  rank,
  reduce,
  stepTimeout,
  clusterWait: wait,
}: ClusterFlags): RingRequest {
  if (ring === SLURM) {
    if (rank !== undefined) {
      throw new ConfigError(
        `ring: expected no rank with slurm, which numbers its tasks, got ${rank}; leave the option rank out`,
      );
    }
    const task = slurmTask();
    return { processes: task.processes, rank: task.rank, reduce, stepTimeout, wait };
  }
  const processes = ring ?? [];
  if (rank === undefined) {
    throw new ConfigError(
      `ring: expected the rank of this process, 0 to ${processes.length - 1}, got none; pass the option rank`,
    );
  }
  const request = { processes, rank, reduce, stepTimeout, wait };
  checkRing(request);
  return request;
}

/** What whoever starts a process of a ring must know. */
export function warnOfRing({ processes, rank }: RingRequest): void {
  console.error(warningOf(serverOf(parseAddress(processes[rank], 'ring')), `rank ${rank}`));
}

/** The machines that the flags ask for; nothing without any. */
export interface Machines {
  readonly cluster?: ClusterRequest;
  readonly ring?: RingRequest;
}

/**
 * The cluster or the ring that the flags ask for.
 *
 * @returns *worked* if this process was a worker of a cluster, and its work is over
 * @throws {@link ConfigError} if flags do not go together
 */
export async function machinesFrom(flags: ClusterFlags): Promise<Machines | 'worked'> {
  if (flags.ring === undefined) {
    checkNone(flags, ['rank', 'reduce'], 'ring');
    const cluster = await clusterFrom(flags);
    return cluster === 'worked' || cluster === undefined ? (cluster ?? {}) : { cluster };
  }
  if (flags.cluster !== undefined) {
    throw new ConfigError(
      'ring: expected a cluster or a ring, got both; leave the option cluster or the option ring out',
    );
  }
  checkNone(flags, ['chief'], 'cluster');
  return { ring: ringFrom(flags) };
}

async function clusterFrom(flags: ClusterFlags): Promise<ClusterRequest | 'worked' | undefined> {
  const { cluster, chief, stepTimeout, clusterWait: wait } = flags;
  if (cluster === undefined) {
    checkNone(flags, ['chief', 'stepTimeout', 'clusterWait'], 'cluster');
    return undefined;
  }
  if (cluster !== SLURM) {
    return { workers: cluster, chief, stepTimeout, wait };
  }
  const { rank, workers } = slurmTask();
  if (rank > 0) {
    const { port } = parseAddress(workers[rank - 1], 'cluster');
    const listen = { host: EVERYWHERE, port };
    await work({ listen, patience: PATIENCE, once: true, name: `worker ${rank}` });
    return 'worked';
  }
  return { workers, chief, stepTimeout, wait };
}
