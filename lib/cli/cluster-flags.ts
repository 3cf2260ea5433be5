/** The flags of a cluster, and what a task of Slurm does with them. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseAddress, parseAddresses } from '../cluster/address.js';
import { CLUSTER_TIMES, type ClusterRequest } from '../cluster/open-cluster.js';
import { slurmTask } from '../cluster/slurm.js';
import { PATIENCE } from '../cluster/worker.js';
import { ConfigError } from '../errors.js';
import { anyNumber } from './options.js';
import { EVERYWHERE, work } from './worker.js';

/** Stands for the tasks of a job of Slurm. */
const SLURM = 'slurm';

/** What the flags say. */
export interface ClusterFlags {
  readonly cluster?: readonly string[] | typeof SLURM;
  readonly chief?: string;
  readonly stepTimeout?: number;
  readonly clusterWait?: number;
}

function clusterList(text: string): readonly string[] | typeof SLURM {
  if (text === SLURM) {
    return SLURM;
  }
  const workers = text.split(',').map((part) => part.trim());
  try {
    parseAddresses(workers, '--cluster');
  } catch (error) {
    throw error instanceof ConfigError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
  return workers;
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
  ).argParser(clusterList);
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
      '--step-timeout <seconds>',
      `a step that takes longer has failed (${CLUSTER_TIMES.stepTimeout})`,
    ).argParser(seconds),
    new Option(
      '--cluster-wait <seconds>',
      `how long to wait for workers that are not there yet (${CLUSTER_TIMES.wait})`,
    ).argParser(seconds),
  ];
  for (const flag of flags) {
    command.addOption(flag.helpGroup(group));
  }
  return command;
}

/**
 * The cluster that the flags ask for; undefined without one.
 *
 * @returns *worked* if this process was one of its workers, and its work is over
 * @throws {@link ConfigError} if flags do not go together
 */
export async function clusterFrom(
  flags: ClusterFlags,
): Promise<ClusterRequest | 'worked' | undefined> {
  const { cluster, chief, stepTimeout, clusterWait: wait } = flags;
  if (cluster === undefined) {
    const alone = Object.entries({ chief, stepTimeout, clusterWait: wait });
    const [given] = alone.filter(([, value]) => value !== undefined);
    if (given !== undefined) {
      throw new ConfigError(
        `cluster: expected the option cluster with the option ${given[0]}, got none; pass both`,
      );
    }
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
