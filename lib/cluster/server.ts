/** TensorFlow's grpc server, by the binding that our set-up builds. */
import * as tf from '@tensorflow/tfjs-core';
import { SETUP_COMMAND } from '../backend/native-package.js';
import type { ProgramThreads } from '../backend/threads.js';
import { BackendError } from '../errors.js';
import { Message } from '../files/protobuf.js';
import {
  collectiveOptions,
  sessionConfig,
  type SessionPlace,
} from '../runtime/graph/session-config.js';
import type { Ring } from '../runtime/ring.js';
import type { ClusterAddresses } from './messages.js';

/** What `backend/setup/native/server.cc` adds to the binding. */
interface ServerBinding {
  startServer(serverDef: Uint8Array): string;
  listDevices(target: string, config: Uint8Array): string[];
}

/** Who a server is in a cluster. */
export interface ServerRole {
  /** The addresses of the servers, `host:port`, by job and in the order of their tasks. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  readonly job: string;
  readonly task: number;
  readonly threads: ProgramThreads;
  /** The ring that it is part of; none if absent. */
  readonly ring?: Pick<Ring, 'tasks' | 'hint'>;
}

/** The jobs of a cluster: the chief has the state, workers compute. */
export function clusterJobs({ chief, workers }: ClusterAddresses): ServerRole['jobs'] {
  return { chief: [chief], worker: workers };
}

/**
 * The binding with TensorFlow's server.
 *
 * @throws {@link BackendError} on another backend, or with another binding
 */
function serverBinding(): ServerBinding {
  const name = tf.getBackend() as string | undefined;
  const { binding } = tf.backend() as { binding?: Partial<ServerBinding> };
  if (name !== 'tensorflow' || !binding?.startServer || !binding.listDevices) {
    const got =
      name === 'tensorflow' ? 'a binding that it did not build' : `the backend ${name ?? 'none'}`;
    throw new BackendError(
      `cluster: expected the native TensorFlow that the set-up builds, got ${got}; run: ${SETUP_COMMAND} --force`,
    );
  }
  return binding as ServerBinding;
}

/** Throws unless this process could be part of a cluster. */
export function checkServerBinding(): void {
  serverBinding();
}

/** A job of `cluster.proto`: its name, and the addresses of its tasks. */
function jobMessage(name: string, addresses: readonly string[]): Message {
  const job = new Message().text(1, name);
  addresses.forEach((address, task) =>
    job.message(2, new Message().integer(1, task).text(2, address)),
  );
  return job;
}

/**
 * A serialised ServerDef.
 *
 * Source: tensorflow/core/protobuf/tensorflow_server.proto, cluster.proto, config.proto.
 */
export function serverDef({ jobs, job, task, threads, ring }: ServerRole): Uint8Array {
  const cluster = new Message();
  for (const [name, addresses] of Object.entries(jobs)) {
    cluster.message(1, jobMessage(name, addresses));
  }
  const config = new Message().integer(2, threads.intra).integer(5, threads.inter);
  if (ring !== undefined) {
    collectiveOptions(config, ring);
  }
  return new Message()
    .message(1, cluster)
    .text(2, job)
    .integer(3, task)
    .message(4, config)
    .text(5, 'grpc')
    .finish();
}

/**
 * Keeps connections between servers from a proxy of the environment, through which grpc would go.
 *
 * Source: grpc, doc/environment_variables.md (no_grpc_proxy goes before no_proxy).
 */
function leaveProxyOut({ jobs }: ServerRole, environment: NodeJS.ProcessEnv): void {
  const { no_grpc_proxy: own, no_proxy: common } = environment;
  const hosts = Object.values(jobs)
    .flat()
    .map((address) => address.replace(/:\d+$/, ''));
  const known = (own ?? common ?? '').split(',').filter((name) => name !== '');
  environment.no_grpc_proxy = [...new Set([...known, ...hosts])].join();
}

/**
 * Starts TensorFlow's server in this process; it runs until the process ends.
 *
 * It listens on every interface and asks nobody who he is.
 *
 * @returns the target of sessions
 * @throws {@link BackendError} if the port is taken, or the binding has no server
 */
export function startServer(role: ServerRole): string {
  leaveProxyOut(role, process.env);
  try {
    return serverBinding().startServer(serverDef(role));
  } catch (error) {
    if (error instanceof BackendError) {
      throw error;
    }
    const own = role.jobs[role.job][role.task];
    throw new BackendError(
      `cluster: expected TensorFlow's server to start at ${own}, got: ` +
        `${(error as Error).message.trim()}; choose another port`,
      { cause: error },
    );
  }
}

/**
 * All devices of the cluster that a session is opened on.
 *
 * @returns full names, such as `/job:worker/replica:0/task:0/device:CPU:0`
 * @throws {@link BackendError} if a server does not answer in time
 */
export function clusterDevices(place: SessionPlace, threads: ProgramThreads): readonly string[] {
  const config = sessionConfig({ rewrite: false, threads, place });
  try {
    return serverBinding().listDevices(place.target, config);
  } catch (error) {
    throw new BackendError(
      `cluster: expected all TensorFlow servers to answer, got: ${(error as Error).message.trim()}`,
      { cause: error },
    );
  }
}
