/** Writes a step as an ONNX model. */
import {
  inputsOf,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../../runtime/trace-graph.js';
import { listFirst } from './channels-first.js';
import { OnnxGraph, type ElementType, type OnnxEndpoint } from './onnx-graph.js';
import { constantOperand, refuse } from './operation.js';
import { onnxOperations } from './operations.js';

/** Names for the axes of a map whose size differs from call to call. */
const AXIS_NAMES = ['batch', 'channels', 'height', 'width'];

/** The shape of an input or output, maps with their channels first; unknown sizes have names. */
function endpoint(name: string, { shape, dtype }: TraceValue): OnnxEndpoint {
  const names = shape.length === 4 ? AXIS_NAMES : ['batch', 'height', 'width'];
  const sizes = listFirst(shape).map((size, axis) => (size < 0 ? names[axis] : size));
  return { name, type: dtype as ElementType, shape: sizes };
}

/** Writes the nodes of a step; gives the names of its values. */
function writeNodes(graph: OnnxGraph, step: TracedStep): (value: TraceValue) => string {
  const names = new Map<TraceNode, string>();
  const nameOf = (value: TraceValue, rank: number): string => {
    const { source } = value;
    switch (source.kind) {
      case 'node':
        return names.get(source.node)!;
      case 'constant':
        return constantOperand(graph, value, source.data, rank);
      default:
        return source.name;
    }
  };
  for (const node of step.nodes) {
    const write = Object.hasOwn(onnxOperations, node.kernel)
      ? onnxOperations[node.kernel]
      : refuse('operations that have an ONNX form', node.kernel);
    const { length: rank } = node.outputs[0].shape;
    const operand = (name: string) => nameOf(node.inputs[name], rank);
    names.set(node, write({ node, attributes: node.attributes, graph, operand }));
  }
  return (value) => nameOf(value, value.shape.length);
}

/**
 * The content of an ONNX file that computes a step. Maps, `[batch, height, width, channels]` in the step, have
 * their channels first: `[batch, channels, height, width]`.
 *
 * @param step - without state; its inputs and outputs give their names
 * @throws {@link ConfigError} if an operation of the step has no ONNX form here
 */
export function writeOnnx(
  step: TracedStep,
  about: { readonly producer: string; readonly metadata: Readonly<Record<string, string>> },
): Uint8Array {
  const graph = new OnnxGraph();
  const nameOf = writeNodes(graph, step);
  for (const [name, value] of step.outputs) {
    graph.rename(nameOf(value), name);
  }
  const inputs = Array.from(inputsOf(step), ([name, value]) => endpoint(name, value));
  const outputs = step.outputs.map(([name, value]) => endpoint(name, value));
  return graph.model(inputs, outputs, about);
}
