/** What a cluster can do: versions, connections, and how fast they are. */
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../backend/use-backend.js';
import { compile } from '../runtime/compile.js';
import { meanOverReplicas } from '../runtime/replicas.js';
import { formatAddress, parseAddresses } from './address.js';
import type { Cluster } from './cluster.js';
import { checkMember, join } from './join.js';
import { thisMember, type Member } from './member.js';
import { openCluster, type ClusterRequest } from './open-cluster.js';
import { checkServerBinding } from './server.js';

/** What is known of one worker. */
export interface WorkerReport {
  readonly name: string;
  /** Undefined if it did not say. */
  readonly member: Member | undefined;
  /** Why it cannot be used; undefined if it can. */
  readonly problem: string | undefined;
  /** The least time of a step that a worker takes part in, seconds; undefined if it was not measured. */
  readonly roundTripSeconds: number | undefined;
  /** Bytes of weights there and gradients back in a second; undefined if it was not measured. */
  readonly bytesPerSecond: number | undefined;
}

/** What is known of a cluster. */
export interface ClusterReport {
  readonly workers: readonly WorkerReport[];
  /** Full names; none if a worker cannot be used. */
  readonly devices: readonly string[];
}

/** A worker that is not there is waited for so long, seconds. */
const WAIT = 5;

/** Steps of a measurement, of which the fastest counts. */
const STEPS = 8;

/** Numbers that go there and back for the measurement of bytes: 10 MB. */
const NUMBERS = 2_500_000;

/** The least time of a step in which a worker reads n numbers of the state and returns n gradients, s. */
function stepSeconds({ place }: Cluster, devices: readonly string[], n: number): number {
  const initial = { w: tf.zeros([n]) };
  const input = tf.zeros([2]);
  const program = compile(
    initial,
    {
      step: {
        inputs: { x: { shape: [2] } },
        replicas: { count: 2, batchStatistics: 'replica', batched: ['x'] },
        step: ({ w }, { x }) => {
          const { gradient } = meanOverReplicas({ gradient: tf.mul(w, tf.sum(x)) });
          return { outputs: { last: tf.slice(gradient, [n - 1], [1]) } };
        },
      },
    },
    { place, devices, recompute: 'none' },
  );
  try {
    const times = Array.from({ length: STEPS }, () => {
      const start = performance.now();
      tf.dispose(program.run('step', { x: input }));
      return (performance.now() - start) / 1000;
    });
    return Math.min(...times);
  } finally {
    program.dispose();
    tf.dispose([initial, input]);
  }
}

function measure(cluster: Cluster, task: number) {
  const [chief] = cluster.devices;
  const worker = cluster.devices.find((name) =>
    name.startsWith(`/job:worker/replica:0/task:${task}/`),
  )!;
  const roundTripSeconds = stepSeconds(cluster, [chief, worker], 1);
  const seconds = stepSeconds(cluster, [chief, worker], NUMBERS);
  const bytesPerSecond = (2 * 4 * NUMBERS) / Math.max(seconds - roundTripSeconds, 1e-9);
  return { roundTripSeconds, bytesPerSecond };
}

/** Asks every worker by itself. */
async function lookAt(request: ClusterRequest, own: Member): Promise<WorkerReport[]> {
  const addresses = parseAddresses(request.workers, 'cluster');
  const wait = request.wait ?? WAIT;
  return Promise.all(
    addresses.map(async (address) => {
      const unmeasured = { roundTripSeconds: undefined, bytesPerSecond: undefined };
      const name = formatAddress(address);
      let member: Member | undefined;
      try {
        const joined = await join(address, { wait });
        member = joined.member;
        joined.connection.close();
        checkMember(own, joined);
        return { name, member, problem: undefined, ...unmeasured };
      } catch (error) {
        return { name, member, problem: (error as Error).message, ...unmeasured };
      }
    }),
  );
}

/**
 * Tests the workers of a cluster: whether they are there, what they are, and, if all can be used, whether
 * TensorFlow's servers reach each other, and how fast.
 *
 * @throws {@link BackendError} if this process cannot be part of a cluster, or servers do not reach each other
 */
export async function examineCluster(
  request: ClusterRequest,
  onNote?: (text: string) => void,
): Promise<ClusterReport> {
  const { versions } = await useBackend('tensorflow');
  checkServerBinding();
  const workers = await lookAt(request, thisMember(versions.tensorflow));
  if (workers.some(({ problem }) => problem !== undefined)) {
    return { workers, devices: [] };
  }
  const cluster = await openCluster({ ...request, wait: request.wait ?? WAIT }, 'chain', {
    onNote,
  });
  try {
    return {
      workers: workers.map((worker, task) => ({ ...worker, ...measure(cluster, task) })),
      devices: cluster.devices,
    };
  } catch (error) {
    throw await cluster.explain(error);
  } finally {
    cluster.close();
  }
}
