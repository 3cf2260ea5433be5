/** How much memory a step needs, from shapes alone. */
import { hardwareOf } from '../devices.js';
import {
  bytesOf,
  producerOf,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';

/** Kernels whose result shares the memory of their operand, under another shape. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'ExpandDims', 'Identity']);

/** Memory that one or several values share, and how many reads are still to come. */
interface Buffer {
  /** The node that allocates it. */
  readonly owner: TraceNode;
  readonly bytes: number;
  reads: number;
}

/** The buffers of a step's values. */
function buffersOf(step: TracedStep): ReadonlyMap<TraceNode, readonly Buffer[]> {
  const buffers = new Map<TraceNode, readonly Buffer[]>();
  const bufferOf = ({ source }: TraceValue) =>
    source.kind === 'node' ? buffers.get(source.node)![source.output] : undefined;
  const read = (value: TraceValue) => {
    const buffer = bufferOf(value);
    if (buffer) {
      buffer.reads++;
    }
  };
  for (const node of step.nodes) {
    Object.values(node.inputs).forEach(read);
    const origin = VIEWS.has(node.kernel) ? bufferOf(Object.values(node.inputs)[0]) : undefined;
    const own = (value: TraceValue): Buffer => ({ owner: node, bytes: bytesOf(value), reads: 0 });
    buffers.set(
      node,
      node.outputs.map((value) => origin ?? own(value)),
    );
  }
  step.outputs.forEach(([, value]) => {
    read(value);
  });
  return buffers;
}

/** Per node, how many others it waits for, and which others wait for it. */
function dependencies(step: TracedStep) {
  const waiting = new Map<TraceNode, number>();
  const followers = new Map<TraceNode, TraceNode[]>(step.nodes.map((node) => [node, []]));
  for (const node of step.nodes) {
    const before = new Set<TraceNode>(node.after);
    for (const value of Object.values(node.inputs)) {
      const producer = producerOf(value);
      if (producer) {
        before.add(producer);
      }
    }
    waiting.set(node, before.size);
    before.forEach((other) => followers.get(other)!.push(node));
  }
  return { waiting, followers };
}

/** The bytes that are held now and that were held at most, on one device. */
class Held {
  private now = 0;
  peak = 0;

  add(bytes: number): void {
    this.now += bytes;
    this.peak = Math.max(this.peak, this.now);
  }
}

/** What is held, by device. */
function heldByDevice() {
  const held = new Map<string, Held>();
  return {
    on: ({ device }: TraceNode): Held => {
      const place = hardwareOf(device);
      const known = held.get(place) ?? new Held();
      held.set(place, known);
      return known;
    },
    peak: () => Math.max(0, ...Array.from(held.values(), ({ peak }) => peak)),
  };
}

/**
 * The most bytes that the values inside a step occupy at any time; its state is not counted. Of a step that
 * replicas compute on several GPUs or machines, the bytes on one of these.
 *
 * Kernels run in the order in which their operands become ready, as in TensorFlow's executor, and a
 * value is freed when all kernels that read it are done.
 */
export function peakBytes(step: TracedStep): number {
  const buffers = buffersOf(step);
  const { waiting, followers } = dependencies(step);
  const queue = step.nodes.filter((node) => waiting.get(node) === 0);
  const held = heldByDevice();
  // The queue grows while it is read.
  for (const node of queue) {
    const fresh = buffers.get(node)!.filter(({ owner }) => owner === node);
    const here = held.on(node);
    here.add(fresh.reduce((sum, { bytes }) => sum + bytes, 0));
    here.add(-fresh.reduce((sum, { bytes, reads }) => sum + (reads === 0 ? bytes : 0), 0));
    for (const value of Object.values(node.inputs)) {
      const { source } = value;
      const buffer = source.kind === 'node' ? buffers.get(source.node)![source.output] : undefined;
      if (buffer && --buffer.reads === 0) {
        held.on(buffer.owner).add(-buffer.bytes);
      }
    }
    for (const follower of followers.get(node)!) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) {
        queue.push(follower);
      }
    }
  }
  return held.peak();
}
