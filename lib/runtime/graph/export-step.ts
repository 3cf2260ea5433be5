/** Writes one step as a SavedModel that other programs call by the names of its inputs and outputs. */
import { Message } from '../../files/protobuf.js';
import type { TracedStep } from '../trace-graph.js';
import { GraphDef, savedModel, shapeMessage, typeNumber } from './graph-def.js';
import { tensorName } from './value-name.js';
import { writeExported, type Endpoint, type Endpoints } from './write-exported.js';

/** The signature that TensorFlow Serving and `saved_model_cli` look for. */
const SIGNATURE = 'serving_default';
const METHOD = 'tensorflow/serving/predict';

function endpointMessage({ node, shape, dtype }: Endpoint): Message {
  return new Message()
    .text(1, tensorName(node))
    .integer(2, typeNumber(dtype))
    .message(3, shapeMessage(shape));
}

function signatureMessage({ inputs, outputs }: Endpoints): Message {
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

/**
 * Writes a step without state as a SavedModel with the tag `serve` and the signature
 * `serving_default`, whose inputs and outputs have the names of the step's.
 *
 * Tensors that the step closes over become constants.
 *
 * @returns the content of `saved_model.pb`
 * @throws {@link BackendError} if the step uses an operation that plain TensorFlow lacks
 */
export function exportStep(step: TracedStep): Uint8Array {
  const graph = new GraphDef();
  const signature = signatureMessage(writeExported(graph, step));
  return savedModel([graph.part()], [new Message().text(1, SIGNATURE).message(2, signature)]);
}
