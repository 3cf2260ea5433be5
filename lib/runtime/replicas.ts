/**
 * Replicas: a step computes equal parts of its batch side by side and goes on with the means.
 *
 * A function that computes on a batch is written once. It sees either *one* replica's part, in a step
 * that is traced and then copied for each replica (`passes/replicate.ts`), or the batches of *all*
 * replicas as one, in steps that run operation by operation. The functions here do the same in both.
 */
import * as tf from '@tensorflow/tfjs-core';
import { randomUniform } from '../ops/random-uniform.js';
import { mapTensors, type NamedTensors } from '../tensors.js';

/** How a batch is divided. */
export interface Replication {
  /** Number of replicas, K; each has 1/K of the images of a batch, in their order. */
  readonly count: number;
  /** Whether batch norms go by the images of one replica or by those of all. */
  readonly batchStatistics: 'replica' | 'all';
}

/** What a function sees of a batch that is divided: the part of one replica, or that of all. */
export type View = 'one' | 'all';

/** The division in force. */
interface Division extends Replication {
  readonly view: View;
}

/** No division: one replica, whose part is all. */
const UNDIVIDED: Division = { count: 1, batchStatistics: 'replica', view: 'all' };

let current = UNDIVIDED;

/** The kernel that stands for the mean of each operand over the replicas while a step is traced. */
export const MEAN_OVER_REPLICAS = 'AdlMeanOverReplicas';

/** The kernel that stands for the number of the replica, an int32 scalar from 0. */
export const REPLICA_NUMBER = 'AdlReplicaNumber';

/** How the batch is divided that the running function sees. */
export function replication(): Division {
  return current;
}

/** Runs `f`, which sees a divided batch in the given way; absent: one that is not divided. */
export function asReplicas<T>(how: Replication | undefined, view: View, f: () => T): T {
  const before = current;
  current = how === undefined || how.count === 1 ? UNDIVIDED : { ...how, view };
  try {
    return f();
  } finally {
    current = before;
  }
}

/** Calls a kernel that only a trace knows. */
function runTraced(kernel: string, inputs: tf.NamedTensorMap): tf.Tensor[] {
  return [tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs)].flat();
}

/** The means of tensors over the replicas, as one node of a trace. */
function tracedMeans(values: readonly tf.Tensor[]): tf.Tensor[] {
  const inputs = Object.fromEntries(values.map((value, i) => [String(i), value]));
  return runTraced(MEAN_OVER_REPLICAS, inputs);
}

tf.registerGradient({
  kernelName: MEAN_OVER_REPLICAS,
  // y_j = 1/K Σ_k x_k: the sum of the replicas' losses depends on x_k through all y_j alike.
  gradFunc: (dy: tf.Tensor | tf.Tensor[]) => {
    const slopes = [dy].flat();
    let means: tf.Tensor[] | undefined;
    return Object.fromEntries(
      slopes.map((_, i) => [String(i), () => (means ??= tracedMeans(slopes))[i]]),
    );
  },
});

/**
 * The mark: the means of float32 tensors over the replicas.
 *
 * What a step puts out and what it makes of the state follows from such means alone. A function that
 * sees all replicas has computed them already. Gradients flow through it.
 */
export function meanOverReplicas<T extends NamedTensors>(values: T): T {
  const names = Object.keys(values);
  if (current.view === 'all' || names.length === 0) {
    return values;
  }
  const means = tracedMeans(Object.values(values));
  return Object.fromEntries(names.map((name, i) => [name, means[i]])) as unknown as T;
}

/** The parts of the replicas in a tensor that begins with the batch: one, or those of all. */
function partsOf<T extends tf.Tensor>(value: T): T[] {
  const { view, count } = current;
  return view === 'one' || count === 1 ? [value] : (tf.split(value, count) as unknown as T[]);
}

/**
 * Named scalars of a function of each replica's part: of the one that is seen, or the mean of all.
 *
 * @param batch - tensors that begin with the batch
 */
export function ofEachReplica<T extends readonly tf.Tensor[], R extends NamedTensors>(
  batch: T,
  f: (...parts: T) => R,
): R {
  const columns = batch.map(partsOf);
  const results = columns[0].map((_, k) => f(...(columns.map((parts) => parts[k]) as never as T)));
  const [first, ...others] = results;
  if (others.length === 0) {
    return first;
  }
  const mean = (name: string) =>
    tf.div(tf.addN(results.map((result) => result[name])), results.length);
  return mapTensors(first, (_, name) => mean(name)) as R;
}

/**
 * Uniform random numbers for a tensor that begins with the batch; they differ between replicas and do
 * not depend on where these run.
 *
 * @param seed - int32 `[2]`; replica k adds k to its first number
 */
export function replicaUniform(shape: readonly number[], seed: tf.Tensor1D): tf.Tensor {
  const { count, view } = current;
  if (count === 1) {
    return randomUniform(shape, seed);
  }
  const ofReplica = (number: tf.Tensor, part: readonly number[]) =>
    randomUniform(part, tf.add(seed, tf.stack([number, tf.scalar(0, 'int32')])));
  if (view === 'one') {
    return ofReplica(runTraced(REPLICA_NUMBER, {})[0], shape);
  }
  const part = [shape[0] / count, ...shape.slice(1)];
  const numbers = Array.from({ length: count }, (_, k) => tf.scalar(k, 'int32'));
  return tf.concat(numbers.map((number) => ofReplica(number, part)));
}
