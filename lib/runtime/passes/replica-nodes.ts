/** Which nodes of a step each replica computes for itself. */
import { BackendError } from '../../errors.js';
import { MEAN_OVER_REPLICAS, REPLICA_NUMBER } from '../replicas.js';
import {
  producerOf,
  resultsOf,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';

/** Whether a value depends on a replica's part of the batch. */
export function isOfReplica(
  { source }: TraceValue,
  replicated: ReadonlySet<TraceNode>,
  batch: { has(name: string): boolean },
): boolean {
  return source.kind === 'input'
    ? batch.has(source.name)
    : source.kind === 'node' && replicated.has(source.node);
}

/**
 * The nodes that each replica computes for itself: they depend on its part of the batch, or on its number.
 *
 * @param batch - the inputs that are divided
 */
export function findReplicated(
  step: TracedStep,
  batch: { has(name: string): boolean },
): ReadonlySet<TraceNode> {
  const replicated = new Set<TraceNode>();
  for (const node of step.nodes) {
    const isMean = node.kernel === MEAN_OVER_REPLICAS;
    const isOwn = (value: TraceValue) => isOfReplica(value, replicated, batch);
    if (node.kernel === REPLICA_NUMBER || (!isMean && Object.values(node.inputs).some(isOwn))) {
      replicated.add(node);
    }
  }
  return replicated;
}

/** Throws a {@link BackendError} if a result of the step would be that of one replica. */
export function checkResults(step: TracedStep, replicated: ReadonlySet<TraceNode>): void {
  const own = resultsOf(step).find((value) => replicated.has(producerOf(value)!));
  if (own !== undefined) {
    const named = [...step.outputs, ...step.changes].find(([, value]) => value === own);
    throw new BackendError(
      'compile: expected outputs and changes of the state that are the same for all replicas, got ' +
        `${named?.[0] ?? 'an update'}, which each computes from its part of the batch; pass it to ` +
        'meanOverReplicas',
    );
  }
}

/** The number of a replica, known when the step is written. */
export function numberValue(replica: number): TraceValue {
  return {
    source: { kind: 'constant', data: Int32Array.of(replica) },
    shape: [],
    dtype: 'int32',
  };
}
