/** What a job of Slurm is: a cluster, whose first task is the chief, or a ring. */
import { ConfigError } from '../errors.js';
import { formatAddress } from './address.js';

/** What a task of a job is. */
export interface SlurmTask {
  /** 0: the chief. */
  readonly rank: number;
  /** Where the workers listen, `host:port`; of rank 1, 2, … */
  readonly workers: readonly string[];
  /** Where all tasks would be in a ring, `host:port`, by rank. */
  readonly processes: readonly string[];
}

/** Ports of jobs: two for each task of a node, from here on, by the number of the job. */
const FIRST_PORT = 20_000;
const PORTS = 30_000;
const PORTS_OF_JOB = 64;

/**
 * The names in a list of hosts, such as `node[01-03,7],gpu5`.
 *
 * Source: Slurm, hostlist(5).
 */
export function expandHosts(list: string): readonly string[] {
  const parts = list.match(/(?:[^,[\]]|\[[^\]]*\])+/g) ?? [];
  return parts.flatMap((part) => {
    const [, before, inside, rest] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(part) ?? [];
    if (inside === undefined) {
      return [part];
    }
    const tails = expandHosts(rest);
    const ends = tails.length > 0 ? tails : [''];
    return inside.split(',').flatMap((range) => {
      const [first, last = first] = range.split('-');
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) =>
        ends.map(
          (end) => `${before}${String(Number(first) + i).padStart(first.length, '0')}${end}`,
        ),
      ).flat();
    });
  });
}

/** The numbers in a list of counts, such as `2(x3),1`. */
export function expandCounts(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [, count, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part.trim()) ?? [];
    return Array.from({ length: Number(times) }, () => Number(count));
  });
}

/**
 * What this task of a job is, as `srun` says in its environment.
 *
 * Assumption: tasks are numbered node by node, Slurm's default (`--distribution=block`).
 *
 * @throws {@link ConfigError} outside of `srun`, in a job of one task, or where tasks are numbered otherwise
 */
export function slurmTask(environment: NodeJS.ProcessEnv = process.env): SlurmTask {
  const { SLURM_PROCID: rank, SLURM_JOB_ID: job, SLURM_STEP_NODELIST: nodes } = environment;
  const counts = environment.SLURM_STEP_TASKS_PER_NODE;
  if (!rank || !job || !nodes || !counts) {
    throw new ConfigError(
      'slurm: expected a task of Slurm, got none of its variables (SLURM_PROCID, SLURM_STEP_NODELIST, …); ' +
        'start it with srun, or name the processes as host:port',
    );
  }
  const first = FIRST_PORT + ((Number(job) * PORTS_OF_JOB) % PORTS);
  const perNode = expandCounts(counts);
  const tasks = expandHosts(nodes).flatMap((host, i) =>
    Array.from({ length: perNode[i] }, (_, local) => ({ host, local })),
  );
  const own = tasks[Number(rank)] as { local: number } | undefined;
  const { SLURM_LOCALID: local = String(own?.local) } = environment;
  if (own?.local !== Number(local)) {
    throw new ConfigError(
      `slurm: expected the tasks of Slurm node by node, got rank ${rank} as number ${local} of its node; ` +
        'start them with srun --distribution=block',
    );
  }
  if (tasks.length < 2) {
    throw new ConfigError(
      'slurm: expected at least two tasks of Slurm, got one; start them with ' +
        'srun --ntasks=2 or more',
    );
  }
  const processes = tasks.map(({ host, local: index }) =>
    formatAddress({ host, port: first + 2 * index }),
  );
  return { rank: Number(rank), workers: processes.slice(1), processes };
}
