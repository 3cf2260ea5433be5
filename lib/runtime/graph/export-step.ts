/** Writes one step as a SavedModel that other TensorFlow programs can call by the names of its ends. */
import type { DataType } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { StepDefinition } from '../program.js';
import type { NamedValue } from '../trace-graph.js';
import { traceStep } from '../trace-step.js';
import { GraphBuilder } from './graph-builder.js';
import { Message } from './protobuf.js';
import { readField, readFields } from './read-message.js';
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

/** How the names of the operations begin that our own binding adds to TensorFlow. */
const OWN_PREFIX = 'Adl';

/** TensorFlow's numbers of the types (`types.proto`). */
const DATA_TYPES: Readonly<Partial<Record<DataType, number>>> = { float32: 1, int32: 3 };

/** A tensor of the graph with what callers must know of it. */
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
    throw new TypeError(`export: no TensorFlow type for ${dtype}`);
  }
  return new Message()
    .text(1, node.includes(':') ? node : `${node}:0`)
    .integer(2, type)
    .message(3, size);
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

/** Every operation of a GraphDef, once. */
function operationsOf(graph: Uint8Array): ReadonlySet<string> {
  const operations = new Set<string>();
  const decoder = new TextDecoder();
  for (const node of readFields(graph, NODES)) {
    operations.add(decoder.decode(readField(node, NODE_OPERATION)));
  }
  return operations;
}

function checkOperations(graph: Uint8Array): void {
  const own = [...operationsOf(graph)].filter((operation) => operation.startsWith(OWN_PREFIX));
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
 * Tensors that the step brings along become constants.
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
