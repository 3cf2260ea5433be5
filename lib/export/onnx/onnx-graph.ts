/**
 * An ONNX graph under construction.
 *
 * Source: onnx/onnx, `onnx.proto3` (field numbers), IR version 8, operator set 18.
 */
import { Message } from '../../files/protobuf.js';

/** The operator set that nodes are written for. */
export const OPERATOR_SET = 18;

const IR_VERSION = 8;

/** Numbers of the element types (`TensorProto.DataType`). */
const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7 } as const;

/** Numbers of the kinds of attributes (`AttributeProto.AttributeType`). */
const FLOAT = 1;
const INT = 2;
const TEXT = 3;
const INTS = 7;

/** An element type of an input or output. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** Attributes of a node: whole numbers, alone or in a list, texts, and other numbers as `{ float }`. */
export type OnnxAttributes = Readonly<
  Record<string, number | readonly number[] | string | { readonly float: number }>
>;

/** An input or output of a graph; a size in words differs from call to call. */
export interface OnnxEndpoint {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

function attributeMessage(name: string, value: OnnxAttributes[string]): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') {
    return message.integer(3, value).integer(20, INT);
  }
  if (typeof value === 'string') {
    return message.text(4, value).integer(20, TEXT);
  }
  if ('float' in value) {
    return message.float(2, value.float).integer(20, FLOAT);
  }
  value.forEach((number) => message.integer(8, number));
  return message.integer(20, INTS);
}

function endpointMessage({ name, type, shape }: OnnxEndpoint): Message {
  const dimensions = new Message();
  for (const size of shape) {
    const dimension = new Message();
    dimensions.message(
      1,
      typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size),
    );
  }
  const tensor = new Message().integer(1, ELEMENT_TYPES[type]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** A graph under construction; values are named by the node that computes them. */
export class OnnxGraph {
  private readonly graph = new Message();
  private readonly written = new Map<string, string>();
  private count = 0;

  /**
   * Adds a node with one result, or returns the one that already computes the same.
   *
   * @param inputs - names of values; an empty name leaves an operand out
   * @returns the name of the result
   */
  add(operation: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const key = `${operation}(${inputs.join()})${JSON.stringify(attributes)}`;
    const known = this.written.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = `${operation}_${this.count++}`;
    this.node(operation, inputs, name, attributes);
    this.written.set(key, name);
    return name;
  }

  /** Gives a value another name, that of an output. */
  rename(value: string, name: string): void {
    this.node('Identity', [value], name, {});
  }

  private node(
    operation: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxAttributes,
  ): void {
    const node = new Message();
    inputs.forEach((input) => node.text(1, input));
    node.text(2, output).text(3, output).text(4, operation);
    for (const [name, value] of Object.entries(attributes)) {
      node.message(5, attributeMessage(name, value));
    }
    this.graph.message(1, node);
  }

  /** A constant of float32. */
  floats(data: ArrayLike<number>, shape: readonly number[]): string {
    return this.initializer('float32', Float32Array.from(data), shape);
  }

  /** A constant vector of whole numbers, int64; equal ones are written once. */
  integers(values: readonly number[]): string {
    const key = `[${values.join()}]`;
    const known = this.written.get(key);
    if (known !== undefined) {
      return known;
    }
    const data = BigInt64Array.from(values, BigInt);
    const name = this.initializer('int64', data, [values.length]);
    this.written.set(key, name);
    return name;
  }

  private initializer(
    type: ElementType,
    { buffer, byteOffset, byteLength }: ArrayBufferView,
    shape: readonly number[],
  ): string {
    const name = `constant_${this.count++}`;
    const tensor = new Message();
    shape.forEach((size) => tensor.integer(1, size));
    tensor.integer(2, ELEMENT_TYPES[type]).text(8, name);
    this.graph.message(5, tensor.data(9, new Uint8Array(buffer, byteOffset, byteLength)));
    return name;
  }

  /**
   * The graph as the content of an ONNX file.
   *
   * @param metadata - texts by name
   */
  model(
    inputs: readonly OnnxEndpoint[],
    outputs: readonly OnnxEndpoint[],
    {
      producer,
      metadata,
    }: { readonly producer: string; readonly metadata: Record<string, string> },
  ): Uint8Array {
    this.graph.text(2, 'autodeeplab');
    inputs.forEach((input) => this.graph.message(11, endpointMessage(input)));
    outputs.forEach((output) => this.graph.message(12, endpointMessage(output)));
    const model = new Message().integer(1, IR_VERSION).text(2, 'autodeeplab').text(3, producer);
    model.message(7, this.graph).message(8, new Message().text(1, '').integer(2, OPERATOR_SET));
    for (const [key, value] of Object.entries(metadata)) {
      model.message(14, new Message().text(1, key).text(2, value));
    }
    return model.finish();
  }
}
