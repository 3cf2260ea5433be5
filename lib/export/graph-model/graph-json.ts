/**
 * A graph as TensorFlow.js reads it: nodes in JSON, the values of constants apart from them.
 *
 * Source: tfjs-converter 4.22, `IGraphDef`: bytes in base64, integers of 64 bits as text.
 */
import type { TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeType } from '../../ops/native-call.js';
import type { GraphConstant, GraphDocument, GraphNode } from '../../runtime/graph/graph-builder.js';
import { nodeOf } from '../../runtime/graph/value-name.js';
import { fuseConvolutions } from './fuse-convolutions.js';
import type { JsonNode } from './json-node.js';
import type { Endpoint, Endpoints } from '../../runtime/graph/write-exported.js';

/** A constant of a graph, by the name of its node. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: NativeType;
  readonly data: TypedArray;
}

/** TensorFlow's names of the types. */
const TYPES: Readonly<Partial<Record<NativeType, string>>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  bool: 'DT_BOOL',
};

function typeName(dtype: NativeType): string {
  const name = TYPES[dtype];
  if (name === undefined) {
    throw new TypeError(`graph: expected float32, int32 or bool, got ${dtype}`);
  }
  return name;
}

const shapeJson = (shape: readonly number[]) => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

function attributeJson({ kind, value }: NativeAttribute): object {
  switch (kind) {
    case 'string':
      return { s: Buffer.from(value).toString('base64') };
    case 'int':
      return typeof value === 'number' ? { i: String(value) } : { list: { i: value.map(String) } };
    case 'float':
      return { f: value };
    case 'bool':
      return { b: value };
    case 'type':
      return { type: typeName(value) };
    case 'shape':
      return { shape: shapeJson(value) };
  }
}

/** What callers must know of an input or output. */
function signatureJson({ name, shape, dtype }: Endpoint): object {
  return { name: `${name}:0`, dtype: typeName(dtype), tensorShape: shapeJson(shape) };
}

/** A graph in JSON under construction. */
export class GraphJson implements GraphDocument {
  /** Values of the constants. */
  readonly weights: Weight[] = [];
  private readonly nodes: JsonNode[] = [];

  node({ name, operation, inputs, attributes }: GraphNode): void {
    const attr = Object.fromEntries(
      Object.entries(attributes).map(([key, attribute]) => [key, attributeJson(attribute)]),
    );
    this.nodes.push({ name, op: operation, input: inputs, attr });
  }

  constant({ name, data, shape, dtype }: GraphConstant): void {
    const type = typeName(dtype);
    const tensor = { dtype: type, tensorShape: shapeJson(shape) };
    this.nodes.push({ name, op: 'Const', attr: { value: { tensor }, dtype: { type } } });
    this.weights.push({ name, shape, dtype, data });
  }

  /** The nodes, convolutions fused with what follows; those at the ends have the names of inputs and outputs. */
  topology({ inputs, outputs }: Endpoints): { readonly node: readonly JsonNode[] } {
    const names = new Map([...inputs, ...outputs].map(({ name, node }) => [node, name]));
    const nameOf = (value: string) => {
      const node = nodeOf(value);
      const name = names.get(node);
      return name === undefined ? value : name + value.slice(node.length);
    };
    const vectors = this.weights.filter(({ shape }) => shape.length === 1);
    const fused = fuseConvolutions(
      this.nodes,
      vectors.map(({ name }) => name),
    );
    const node = fused.map(({ name, input, ...rest }) => ({
      ...rest,
      name: nameOf(name),
      ...(input && { input: input.map(nameOf) }),
    }));
    return { node };
  }
}

/** The signature of a graph. */
export function signatureOf({ inputs, outputs }: Endpoints): object {
  const entries = (ends: readonly Endpoint[]) =>
    Object.fromEntries(ends.map((end) => [end.name, signatureJson(end)]));
  return { inputs: entries(inputs), outputs: entries(outputs) };
}
