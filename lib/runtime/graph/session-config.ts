/**
 * How TensorFlow treats a graph when a session opens it.
 *
 * The C++ binding of tfjs opens sessions without a configuration; they only start slower.
 */
import { Message } from '../../files/protobuf.js';
import { cpuCount } from '../devices.js';
import type { Ring } from '../ring.js';

/** The server that a session is opened on, instead of in this process alone. */
export interface SessionPlace {
  /** What `startServer` returned. */
  readonly target: string;
  /** A call that takes longer has failed, seconds. */
  readonly timeoutSeconds: number;
}

/** Choices for one session. */
export interface SessionOptions {
  /**
   * Whether TensorFlow rewrites the graph first (Grappler).
   *
   * This joins convolution, normalisation and activation at inference. For the tens of thousands of
   * nodes of a training step it takes minutes and gains nothing. Without it, TensorFlow does not look for
   * equal or constant nodes either: the steps of this library have none, and looking takes a tenth of the first
   * call of a step.
   *
   * In bfloat16 the library joins them itself.
   */
  readonly rewrite: boolean;
  /** The session's own threads: within one kernel, and for kernels in parallel. */
  readonly threads: { readonly intra: number; readonly inter: number };
  /** The devices that nodes are placed on, by TensorFlow's names; absent or empty: on the best. */
  readonly devices?: readonly string[];
  /** Where the session is opened; in this process if absent. */
  readonly place?: SessionPlace | undefined;
  /** The ring that the session is part of; none if absent. */
  readonly ring?: Ring | undefined;
}

/** Field numbers of `config.proto` and `rewriter_config.proto`. */
const DEVICE_COUNT = 1;
const DEVICE_FILTERS = 4;
const INTRA_THREADS = 2;
const INTER_THREADS = 5;
const SOFT_PLACEMENT = 7;
const OWN_THREADS = 9;
const GRAPH_OPTIONS = 10;
const OPERATION_TIMEOUT_MS = 11;
const ISOLATE_STATE = 15;
const EXPERIMENTAL = 16;
const GROUP_LEADER = 1;
const COLLECTIVE_NCCL = 7;
const OPTIMIZER_OPTIONS = 3;
const LEVEL = 3;
const REWRITE_OPTIONS = 10;
const DISABLE_META_OPTIMIZER = 19;

/** Adds what sessions and servers of a ring must know: who leads, and whether NCCL carries its messages. */
export function collectiveOptions(
  config: Message,
  { tasks, hint }: Pick<Ring, 'tasks' | 'hint'>,
): void {
  const experimental = new Message().text(GROUP_LEADER, tasks[0]);
  if (hint === 'nccl') {
    experimental.boolean(COLLECTIVE_NCCL, true);
  }
  config.message(EXPERIMENTAL, experimental);
}

/** Lets a session be one of a ring: of its own in each process, waiting for no other when it is opened. */
function joinRing(config: Message, ring: Ring): void {
  const { rank, tasks } = ring;
  new Set([tasks[0], tasks[rank]]).forEach((task) => config.text(DEVICE_FILTERS, task));
  collectiveOptions(config, ring);
}

/**
 * The configuration as a serialised ConfigProto.
 *
 * On a server, sessions cannot have threads of their own, and variables of the same name are shared by all
 * sessions unless their state is isolated. Operations without a kernel for their device, such as those on
 * integers, go to another one.
 */
export function sessionConfig(options: SessionOptions): Uint8Array {
  const { rewrite, threads, devices = [], place, ring } = options;
  const rewriter = new Message().boolean(DISABLE_META_OPTIMIZER, !rewrite);
  const graph = new Message();
  if (!rewrite) {
    graph.message(OPTIMIZER_OPTIONS, new Message().integer(LEVEL, -1));
  }
  graph.message(REWRITE_OPTIONS, rewriter);
  const config = new Message();
  if (devices.length > 0) {
    const cpus = new Message().text(1, 'CPU').integer(2, cpuCount(devices));
    config.message(DEVICE_COUNT, cpus).boolean(SOFT_PLACEMENT, true);
  }
  if (ring !== undefined) {
    joinRing(config, ring);
  }
  config.integer(INTRA_THREADS, threads.intra).integer(INTER_THREADS, threads.inter);
  if (place === undefined) {
    config.boolean(OWN_THREADS, true);
  }
  config.message(GRAPH_OPTIONS, graph);
  if (place !== undefined) {
    config
      .boolean(ISOLATE_STATE, true)
      .integer(OPERATION_TIMEOUT_MS, Math.round(1000 * place.timeoutSeconds));
  }
  return config.finish();
}
