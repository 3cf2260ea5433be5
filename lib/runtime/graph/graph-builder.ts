/** Collects TensorFlow nodes and writes them as a SavedModel. */
import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute } from '../../ops/native-call.js';
import { Message } from '../../files/protobuf.js';

/** Attributes of a node; lists of types do not occur. */
export type NodeAttributes = Readonly<Record<string, NativeAttribute>>;

/** TensorFlow's numbers of the types (`types.proto`). */
const DATA_TYPES: Readonly<Partial<Record<DataType, number>>> = { float32: 1, int32: 3, bool: 10 };

/** GraphDef version that the operations used here were written for. */
export const GRAPH_VERSION = 1087;

function typeNumber(dtype: DataType): number {
  const number = DATA_TYPES[dtype];
  if (number === undefined) {
    throw new TypeError(`graph: expected float32, int32 or bool, got ${dtype}`);
  }
  return number;
}

function shapeMessage(shape: readonly number[]): Message {
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

/** True if there are several elements, all equal; such a constant is written as one element. */
function isUniform(data: TypedArray): boolean {
  for (let i = 1; i < data.length; i++) {
    if (data[i] !== data[0]) {
      return false;
    }
  }
  return data.length > 1;
}

function tensorMessage(data: TypedArray, shape: readonly number[], dtype: DataType): Message {
  const content = isUniform(data) ? data.subarray(0, 1) : data;
  const bytes =
    dtype === 'float32'
      ? Float32Array.from(content)
      : dtype === 'int32'
        ? Int32Array.from(content)
        : Uint8Array.from(content);
  const message = new Message().integer(1, typeNumber(dtype)).message(2, shapeMessage(shape));
  if (content.length === data.length) {
    return message.data(4, new Uint8Array(bytes.buffer));
  }
  // Fewer values than elements: TensorFlow repeats the last one.
  if (dtype === 'float32') {
    return message.float(5, bytes[0]);
  }
  return message.integer(dtype === 'int32' ? 7 : 11, bytes[0]);
}

/** A graph under construction. For the names of its values see `value-name.ts`. */
export class GraphBuilder {
  private readonly graph = new Message();
  private readonly constants = new Map<string, string>();
  private readonly computed = new Map<string, string>();
  private ordering: readonly string[] = [];
  private count = 0;
  private device: string;

  /** @param home - the device of nodes that are written for no other; empty: TensorFlow chooses */
  constructor(private readonly home = '') {
    this.device = home;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.count;
  }

  /**
   * Adds a node.
   *
   * @param inputs - values; `^node` only orders
   * @returns the node's name, which is also that of its first output
   */
  add(operation: string, inputs: readonly string[], attributes: NodeAttributes): string {
    const name = `n${this.count}`;
    const node = new Message().text(1, name).text(2, operation);
    for (const input of [...inputs, ...this.ordering]) {
      node.text(3, input);
    }
    this.place(node);
    for (const [key, attribute] of Object.entries(attributes)) {
      const entry = new Message().text(1, key).message(2, attributeMessage(attribute));
      node.message(5, entry);
    }
    this.graph.message(1, node);
    this.count++;
    return name;
  }

  /**
   * Adds a node without side effects, or returns the one that already computes the same.
   *
   * Steps repeat small computations, such as the probabilities of operations, in every cell.
   */
  pure(operation: string, inputs: readonly string[], attributes: NodeAttributes): string {
    const operands = [...inputs, ...this.ordering].join();
    const key = `${this.device} ${operation}(${operands})${JSON.stringify(attributes)}`;
    const known = this.computed.get(key);
    if (known) {
      return known;
    }
    const name = this.add(operation, inputs, attributes);
    this.computed.set(key, name);
    return name;
  }

  /** Makes the nodes that `write` adds run after others, named `^node`. */
  after<T>(others: readonly string[], write: () => T): T {
    const before = this.ordering;
    this.ordering = [...before, ...others];
    try {
      return write();
    } finally {
      this.ordering = before;
    }
  }

  /** Lets the nodes that `write` adds run on a device; absent: on the one of the graph. */
  on<T>(device: string | undefined, write: () => T): T {
    const before = this.device;
    this.device = device ?? this.home;
    try {
      return write();
    } finally {
      this.device = before;
    }
  }

  /** A constant; equal small constants are written once for a device. */
  constant(data: TypedArray, shape: readonly number[], dtype: DataType): string {
    const uniform = isUniform(data);
    const key =
      uniform || data.length <= 64
        ? `${this.device} ${dtype}[${shape.join()}]${uniform ? `${data[0]}×` : data.join()}`
        : undefined;
    const known = key && this.constants.get(key);
    if (known) {
      return known;
    }
    const name = `n${this.count}`;
    const value = new Message().message(8, tensorMessage(data, shape, dtype));
    const node = new Message()
      .text(1, name)
      .text(2, 'Const')
      .message(5, new Message().text(1, 'value').message(2, value))
      .message(
        5,
        new Message().text(1, 'dtype').message(2, new Message().integer(6, typeNumber(dtype))),
      );
    this.place(node);
    this.graph.message(1, node);
    this.count++;
    if (key) {
      this.constants.set(key, name);
    }
    return name;
  }

  private place(node: Message): void {
    if (this.device !== '') {
      node.text(4, this.device);
    }
  }

  /** A value to fetch for the sake of nodes that run before it, named `^node`. */
  signal(others: readonly string[]): string {
    const nothing = this.constant(Int32Array.of(0), [], 'int32');
    return this.add('Identity', [nothing, ...others], { T: { kind: 'type', value: 'int32' } });
  }

  /** The graph as a SavedModel with the tag `serve`. */
  savedModel(): Uint8Array {
    const graphDef = this.graph.message(4, new Message().integer(1, GRAPH_VERSION));
    const info = new Message().text(4, 'serve');
    const metaGraph = new Message().message(1, info).message(2, graphDef);
    return new Message().integer(1, 1).message(2, metaGraph).finish();
  }
}
