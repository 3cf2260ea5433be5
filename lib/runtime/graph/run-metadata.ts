/** Reads what TensorFlow notes of a call: when each node of the graph ran. */
import { readField, readFields, readIntegers } from './read-message.js';

/** When a node ran, and on what. */
export interface NodeRun {
  /** Its name in the graph. */
  readonly node: string;
  /** What it computed, in TensorFlow's words. */
  readonly operation: string;
  /** Seconds in which its kernel computed, or waited for others that it shares threads with. */
  readonly seconds: number;
}

/** Field numbers of `config.proto` (RunMetadata) and `step_stats.proto`. */
const STEP_STATS = 1;
const DEVICE = { stats: 1, name: 1, nodes: 2 } as const;
const NODE = { name: 1, label: 8, start: 14, end: 15 } as const;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** A GPU's kernels are noted once more for each of its streams. */
const isStream = (device: Uint8Array) =>
  /\/(?:stream:|memcpy)/.test(text(readField(device, DEVICE.name)));

/** The operation in a label such as `[cpu 1MB 1MB] x = Conv2D(a, b)`; the node's name in one of another form. */
function operationIn(label: string, name: string): string {
  return /(?:^|\] )\S* = ([^(]+)\(/.exec(label)?.[1] ?? name;
}

function readNode(message: Uint8Array): NodeRun {
  const [name, label] = [NODE.name, NODE.label].map((field) => text(readField(message, field)));
  const times = readIntegers(message);
  const nanoseconds = (times.get(NODE.end) ?? 0) - (times.get(NODE.start) ?? 0);
  return { node: name, operation: operationIn(label, name), seconds: nanoseconds / 1e9 };
}

/**
 * The nodes that ran in a call.
 *
 * Source: `tensorflow/core/framework/step_stats.proto`; times are those in which a kernel ran, without its
 * scheduling; on a GPU, those that it took to start them.
 *
 * @param metadata - a serialised RunMetadata
 * @throws {@link DataError} if the message is damaged
 */
export function readNodeRuns(metadata: Uint8Array): NodeRun[] {
  return [...readFields(metadata, STEP_STATS)]
    .flatMap((stats) => [...readFields(stats, DEVICE.stats)])
    .filter((device) => !isStream(device))
    .flatMap((device) => [...readFields(device, DEVICE.nodes)].map(readNode));
}
