/** Runs a traced step operation by operation, for passes whose results stay float32. */
import * as tf from '@tensorflow/tfjs-core';
import {
  MARGIN,
  SUM_OF_PRODUCTS,
  type MarginAttributes,
} from '../../../lib/runtime/kernels/products.js';
import type { TracedStep, TraceNode, TraceValue } from '../../../lib/runtime/trace-graph.js';
import type { NamedTensors } from '../../../lib/tensors.js';

/** Runs a kernel; `BiasAdd`, margins and products are kernels of graphs only. */
function run({ kernel, attributes }: TraceNode, inputs: NamedTensors): tf.Tensor | tf.Tensor[] {
  if (kernel === SUM_OF_PRODUCTS) {
    const [a, b] = [inputs.a, inputs.b].map((x) => tf.reshape(x, [-1, x.shape.at(-1)!]));
    return tf.matMul(a, b, true);
  }
  if (kernel === MARGIN) {
    const { stride, sides } = attributes as unknown as MarginAttributes;
    const around = sides.map(([before, behind]) => [before, behind]);
    return stride === 1
      ? tf.pad(inputs.x, [[0, 0], ...around, [0, 0]] as [number, number][])
      : tf.spaceToBatchND(inputs.x, [stride, stride], around);
  }
  const operands: NamedTensors | tf.Tensor[] = '0' in inputs ? Object.values(inputs) : inputs;
  const name = kernel === 'BiasAdd' ? 'Add' : kernel;
  return tf.engine().runKernel(name, operands as tf.NamedTensorMap, attributes);
}

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
    const result = run(node, Object.fromEntries(operands));
    results.set(node, Array.isArray(result) ? result : [result]);
  }
  const named = [...step.outputs, ...step.changes];
  return Object.fromEntries(named.map(([name, value]) => [name, valueOf(value)]));
}
