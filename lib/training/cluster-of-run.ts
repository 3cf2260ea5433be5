/** The cluster whose machines share the replicas of a run. */
import type { Cluster } from '../cluster/cluster.js';
import { openCluster } from '../cluster/open-cluster.js';
import { ConfigError } from '../errors.js';
import type { CompileOptions } from '../runtime/compile.js';
import { count } from '../text.js';
import { ensureBackend } from './ensure-backend.js';
import type { RunRequest, RunWork } from './run-work.js';

/** Where the program of a run is. */
export type ProgramPlace = Pick<CompileOptions, 'devices' | 'place' | 'ring'>;

/** The parts of a device's full name. */
const TASK = /^(\/job:.*\/task:\d+)\/device:(\w+):\d+$/;

/**
 * Those devices that replicas run on: of each process its GPUs, or its processor where it has none.
 *
 * @param names - full names
 */
export function devicesForReplicas(names: readonly string[]): readonly string[] {
  const parts = names.map((name) => ({ name, match: TASK.exec(name) }));
  const tasks = [...new Set(parts.map(({ match }) => match?.[1]))];
  return tasks.flatMap((task) => {
    const of = (kind: string) =>
      parts
        .filter(({ match }) => match?.[1] === task && match?.[2] === kind)
        .map(({ name }) => name);
    const gpus = of('GPU');
    return gpus.length > 0 ? gpus : of('CPU');
  });
}

/** Throws unless the replicas of a run can be shared by machines. */
function checkReplicas(name: string, replicas: number, machines: number): void {
  if (replicas < machines) {
    throw new ConfigError(
      `${name} cluster: expected a replica for each of ${machines} machines, this one included, got ` +
        `${count(replicas, 'replica')}; set { replicas: ${machines} } or more, or name fewer workers`,
    );
  }
}

/**
 * Opens the cluster that a run asks for.
 *
 * @returns undefined if it asks for none, or only wants to know what it would take
 * @throws what {@link openCluster} throws, {@link ConfigError} if there are fewer replicas than machines
 */
export async function clusterOfRun(
  { cluster, estimate, signal, onProgress }: RunRequest<unknown>,
  {
    declared,
    options,
    kindOfWork,
  }: Pick<RunWork<never, never, unknown>, 'declared' | 'options' | 'kindOfWork'>,
): Promise<Cluster | undefined> {
  if (cluster === undefined) {
    return undefined;
  }
  const { replicas, devices } = options;
  checkReplicas(declared.name, replicas, cluster.workers.length + 1);
  if (estimate === 'only') {
    return undefined;
  }
  await ensureBackend();
  const onNote = (text: string) => onProgress?.({ kind: 'note', text });
  if (devices !== null) {
    onNote('the option devices names devices of one machine; with a cluster it does nothing');
  }
  const opened = await openCluster(cluster, kindOfWork, { signal, onNote });
  try {
    checkReplicas(declared.name, replicas, devicesForReplicas(opened.devices).length);
  } catch (error) {
    opened.close();
    throw error;
  }
  onNote(`${count(replicas, 'replica')} on this machine and ${opened.names.join(', ')}`);
  return opened;
}

/** Where the program of a run on a cluster is. */
export function placeOf(cluster: Cluster | undefined): ProgramPlace {
  return cluster === undefined
    ? {}
    : { place: cluster.place, devices: devicesForReplicas(cluster.devices) };
}
