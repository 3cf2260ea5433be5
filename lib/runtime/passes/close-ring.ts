/** Turns the marks of a step of one replica into messages between the processes of a ring. */
import { RING_MEAN, type Ring } from '../ring.js';
import { MEAN_OVER_REPLICAS, REPLICA_NUMBER } from '../replicas.js';
import type { TracedStep, TraceNode, TraceValue } from '../trace-graph.js';
import { pack, unpack, type Place } from './packing.js';
import { checkResults, findReplicated, isOfReplica, numberValue } from './replica-nodes.js';
import { StepRewriter } from './rewrite.js';

/**
 * Computes the replica of this process, in a step that each process of a ring runs.
 *
 * A mark becomes one vector that all processes mean, and what follows from means alone is the same in all.
 * The messages of a step have one order, which NCCL needs.
 *
 * @param step - traced with the batch of one replica
 * @param batch - the inputs that are divided
 * @param nextMessage - a number that no other mean of the program has, the same in all processes
 * @throws {@link BackendError} if a result of the step would be that of one replica
 */
export function closeRing(
  step: TracedStep,
  batch: ReadonlySet<string>,
  ring: Ring,
  nextMessage: () => number,
): TracedStep {
  const replicated = findReplicated(step, batch);
  checkResults(step, replicated);
  const rewriter = new StepRewriter();
  let last: TraceNode | undefined;
  const meanOf = (value: TraceValue, place: Place): TraceValue => {
    const { hint, tasks } = ring;
    const attributes = { size: tasks.length, message: nextMessage(), hint };
    const outputs = [{ shape: value.shape, dtype: value.dtype }];
    const draft = { kernel: RING_MEAN, inputs: { x: value }, attributes, outputs, ...place };
    last = rewriter.add({ ...draft, ...(last && { after: [last] }) });
    return last.outputs[0];
  };
  for (const node of step.nodes) {
    if (node.kernel === REPLICA_NUMBER) {
      rewriter.replace(node, [numberValue(ring.rank)]);
    } else if (node.kernel === MEAN_OVER_REPLICAS) {
      const values = Object.values(node.inputs);
      const own = values.filter((value) => isOfReplica(value, replicated, batch));
      const place = node.forward === undefined ? {} : { forward: node.forward };
      const packed =
        own.length === 0
          ? undefined
          : pack(
              rewriter,
              own.map((value) => rewriter.valueOf(value)),
              place,
            );
      const shapes = own.map(({ shape }) => shape);
      const means = packed ? unpack(rewriter, meanOf(packed, place), shapes, place) : [];
      rewriter.replace(
        node,
        values.map((value) => {
          const at = own.indexOf(value);
          return at < 0 ? rewriter.valueOf(value) : means[at];
        }),
      );
    } else {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}
