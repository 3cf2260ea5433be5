/** A graph as TensorFlow's programs read it: a GraphDef, in a SavedModel. */
import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeType } from '../../ops/native-call.js';
import { toBfloat16 } from '../../files/bfloat16.js';
import { Message } from '../../files/protobuf.js';
import {
  isUniform,
  type GraphConstant,
  type GraphDocument,
  type GraphNode,
} from './graph-builder.js';

/** TensorFlow's numbers of the types (`types.proto`). */
const DATA_TYPES: Readonly<Partial<Record<NativeType, number>>> = {
  float32: 1,
  int32: 3,
  bool: 10,
  bfloat16: 14,
};

/** GraphDef version that the operations used here were written for. */
export const GRAPH_VERSION = 1087;

/** TensorFlow's number of a type. */
export function typeNumber(dtype: NativeType): number {
  const number = DATA_TYPES[dtype];
  if (number === undefined) {
    throw new TypeError(`graph: expected float32, bfloat16, int32 or bool, got ${dtype}`);
  }
  return number;
}

/** The type with a number of TensorFlow, which tfjs must have too. */
export function typeNamed(number: number): DataType {
  const found = Object.entries(DATA_TYPES).find(([, known]) => known === number);
  if (found === undefined || found[0] === 'bfloat16') {
    throw new TypeError(`graph: expected float32, int32 or bool, got TensorFlow's type ${number}`);
  }
  return found[0] as DataType;
}

/** A `TensorShapeProto`; −1 is a size that is not known. */
export function shapeMessage(shape: readonly number[]): Message {
  const message = new Message();
  for (const size of shape) {
    message.message(2, new Message().integer(1, size));
  }
  return message;
}

function attributeMessage({ kind, value }: NativeAttribute): Message {
  const message = new Message();
  switch (kind) {
    case 'string':
      return message.text(2, value);
    case 'int': {
      if (typeof value === 'number') {
        return message.integer(3, value);
      }
      const list = new Message();
      for (const item of value) {
        list.integer(3, item);
      }
      return message.message(1, list);
    }
    case 'float':
      return message.float(4, value);
    case 'bool':
      return message.boolean(5, value);
    case 'type':
      return message.integer(6, typeNumber(value));
    case 'shape':
      return message.message(7, shapeMessage(value));
  }
}

function tensorMessage(data: TypedArray, shape: readonly number[], dtype: NativeType): Message {
  const content = isUniform(data) ? data.subarray(0, 1) : data;
  const bytes = binary(content, dtype);
  const message = new Message().integer(1, typeNumber(dtype)).message(2, shapeMessage(shape));
  if (content.length === data.length) {
    return message.data(4, new Uint8Array(bytes.buffer));
  }
  // Fewer values than elements: TensorFlow repeats the last one.
  if (dtype === 'float32') {
    return message.float(5, bytes[0]);
  }
  return message.integer(FIELDS_OF_ONE[dtype as keyof typeof FIELDS_OF_ONE], bytes[0]);
}

/** Fields of a `TensorProto` that hold one integer; bfloat16 as its bits. */
const FIELDS_OF_ONE = { int32: 7, bool: 11, bfloat16: 13 } as const;

/** Numbers in the form of their type. */
function binary(data: TypedArray, dtype: NativeType) {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(data);
    case 'int32':
      return Int32Array.from(data);
    case 'bfloat16':
      return toBfloat16(data);
    default:
      return Uint8Array.from(data);
  }
}

/** A GraphDef under construction. A constant of equal elements is written as one element. */
export class GraphDef implements GraphDocument {
  private graph = new Message();

  node({ name, operation, inputs, device, attributes }: GraphNode): void {
    const node = new Message().text(1, name).text(2, operation);
    for (const input of inputs) {
      node.text(3, input);
    }
    this.add(node, device, attributes);
  }

  constant({ name, device, data, shape, dtype }: GraphConstant): void {
    const value = new Message().message(8, tensorMessage(data, shape, dtype));
    const node = new Message()
      .text(1, name)
      .text(2, 'Const')
      .message(5, new Message().text(1, 'value').message(2, value));
    this.add(node, device, { dtype: { kind: 'type', value: dtype } });
  }

  private add(node: Message, device: string, attributes: GraphNode['attributes']): void {
    if (device !== '') {
      node.text(4, device);
    }
    for (const [key, attribute] of Object.entries(attributes)) {
      const entry = new Message().text(1, key).message(2, attributeMessage(attribute));
      node.message(5, entry);
    }
    this.graph.message(1, node);
  }

  /** The nodes since the last part, as a GraphDef; parts one after the other are the whole graph. */
  part(): Uint8Array {
    const version = new Message().message(4, new Message().integer(1, GRAPH_VERSION));
    const part = Buffer.concat([this.graph.finish(), version.finish()]);
    this.graph = new Message();
    return part;
  }
}

/**
 * A graph as a SavedModel with the tag `serve`.
 *
 * @param parts - of the graph, in order
 * @param signatures - entries of the map of signatures
 */
export function savedModel(
  parts: readonly Uint8Array[],
  signatures: readonly Message[] = [],
): Uint8Array {
  const info = new Message().text(4, 'serve');
  const metaGraph = new Message().message(1, info).data(2, Buffer.concat(parts));
  signatures.forEach((signature) => metaGraph.message(5, signature));
  return new Message().integer(1, 1).message(2, metaGraph).finish();
}
