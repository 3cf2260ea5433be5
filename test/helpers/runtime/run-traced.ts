/** Runs a traced step operation by operation, for passes whose results stay float32. */
import * as tf from '@tensorflow/tfjs-core';
import type { TracedStep, TraceNode, TraceValue } from '../../../lib/runtime/trace-graph.js';
import type { NamedTensors } from '../../../lib/tensors.js';

/** The outputs and changes of a step, by name, with the kernels of the current backend. */
export function runTraced(
  step: TracedStep,
  state: NamedTensors,
  inputs: NamedTensors,
): Record<string, tf.Tensor> {
  const results = new Map<TraceNode, tf.Tensor[]>();
  const valueOf = ({ source, shape, dtype }: TraceValue): tf.Tensor => {
    switch (source.kind) {
      case 'node':
        return tf.reshape(results.get(source.node)![source.output], [...shape]);
      case 'constant':
        return tf.tensor(source.data, [...shape], dtype as tf.DataType);
      case 'state':
        return state[source.name];
      case 'input':
        return inputs[source.name];
    }
  };
  for (const node of step.nodes) {
    const operands = Object.entries(node.inputs).map(
      ([name, value]) => [name, valueOf(value)] as const,
    );
    // `BiasAdd` is a kernel of graphs only.
    const kernel = node.kernel === 'BiasAdd' ? 'Add' : node.kernel;
    const result: tf.Tensor | tf.Tensor[] = tf
      .engine()
      .runKernel(kernel, Object.fromEntries(operands), node.attributes);
    results.set(node, Array.isArray(result) ? result : [result]);
  }
  const named = [...step.outputs, ...step.changes];
  return Object.fromEntries(named.map(([name, value]) => [name, valueOf(value)]));
}
