/** Writes one step as a SavedModel that other programs call by the names of its inputs and outputs. */
import type { DataType } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import { addedOperations } from '../../ops/native-kernels.js';
import type { StepDefinition } from '../program.js';
import type { NamedValue } from '../trace-graph.js';
import { traceStep } from '../trace-step.js';
import { GraphBuilder } from './graph-builder.js';
import { Message } from '../../files/protobuf.js';
import { readField, readFields } from './read-message.js';
import { tensorName } from './value-name.js';
import { writeStep } from './write-step.js';

/** The signature that TensorFlow Serving and `saved_model_cli` look for. */
const SIGNATURE = 'serving_default';
const METHOD = 'tensorflow/serving/predict';

/** Field numbers of `saved_model.proto`, `meta_graph.proto` and `graph.proto`. */
const META_GRAPHS = 2;
const GRAPH = 2;
const SIGNATURES = 5;
const NODES = 1;
const NODE_OPERATION = 2;

/** TensorFlow's numbers of the types (`types.proto`). */
const DATA_TYPES: Readonly<Partial<Record<DataType, number>>> = { float32: 1, int32: 3 };

/** An input or output, with what callers must know of it. */
interface Endpoint {
  readonly name: string;
  readonly node: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

function endpointMessage({ node, shape, dtype }: Endpoint): Message {
  const size = new Message();
  for (const length of shape) {
    size.message(2, new Message().integer(1, length));
  }
  const type = DATA_TYPES[dtype];
  if (type === undefined) {
    throw new TypeError(`export: expected float32 or int32 at the ends of the step, got ${dtype}`);
  }
  return new Message().text(1, tensorName(node)).integer(2, type).message(3, size);
}

function signatureMessage(inputs: readonly Endpoint[], outputs: readonly Endpoint[]): Message {
  const signature = new Message();
  const ends = [
    ...inputs.map((end) => [1, end] as const),
    ...outputs.map((end) => [2, end] as const),
  ];
  for (const [field, end] of ends) {
    signature.message(field, new Message().text(1, end.name).message(2, endpointMessage(end)));
  }
  return signature.text(3, METHOD);
}

/** Throws if a GraphDef uses an operation that only our binding has. */
function checkOperations(graph: Uint8Array): void {
  const decoder = new TextDecoder();
  const nodes = [...readFields(graph, NODES)];
  const operations = new Set(nodes.map((node) => decoder.decode(readField(node, NODE_OPERATION))));
  const own = addedOperations().filter((operation) => operations.has(operation));
  if (own.length > 0) {
    throw new BackendError(
      `export: expected operations that every TensorFlow has, got ${own.join(', ')}; ` +
        'express the step without them',
    );
  }
}

/**
 * Writes a step without state as a SavedModel with the tag `serve` and the signature
 * `serving_default`, whose inputs and outputs have the names of the step's.
 *
 * Tensors that the step closes over become constants.
 *
 * @param definition - a step that uses all its inputs and changes no state
 * @returns the content of `saved_model.pb`
 * @throws {@link BackendError} if the step uses an operation that plain TensorFlow lacks
 */
export function exportStep(definition: StepDefinition): Uint8Array {
  const traced = traceStep(definition, {});
  const builder = new GraphBuilder();
  const written = writeStep(builder, 'export', traced, new Map());
  const inputs = Object.entries(definition.inputs).map(
    ([name, { shape, dtype = 'float32' }]): Endpoint => ({
      name,
      shape,
      dtype,
      node: written.inputs[name],
    }),
  );
  const outputs = traced.outputs.map(([name, { shape, dtype }]: NamedValue): Endpoint => ({
    name,
    shape,
    dtype,
    node: written.outputs[name],
  }));
  const metaGraph = readField(builder.savedModel(), META_GRAPHS);
  checkOperations(readField(metaGraph, GRAPH));
  // A message with further fields is the message followed by them.
  const named = new Message().text(1, SIGNATURE).message(2, signatureMessage(inputs, outputs));
  const added = new Message().message(SIGNATURES, named).finish();
  const complete = Buffer.concat([metaGraph, added]);
  return new Message().integer(1, 1).data(META_GRAPHS, complete).finish();
}
