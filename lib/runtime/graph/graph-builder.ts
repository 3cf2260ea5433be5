/** Collects TensorFlow nodes, each written once, for a document in one of TensorFlow's formats. */
import type { TypedArray } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeType } from '../../ops/native-call.js';

/** Attributes of a node; lists of types do not occur. */
export type NodeAttributes = Readonly<Record<string, NativeAttribute>>;

/** A node of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  /** Values; `^node` only orders. */
  readonly inputs: readonly string[];
  /** TensorFlow's name of the device; empty: TensorFlow chooses. */
  readonly device: string;
  readonly attributes: NodeAttributes;
}

/** A node that is a constant. */
export interface GraphConstant {
  readonly name: string;
  readonly device: string;
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: NativeType;
}

/** A document that nodes are written to, in an order in which they can run. */
export interface GraphDocument {
  node(node: GraphNode): void;
  constant(constant: GraphConstant): void;
}

/** True if there are several elements, all equal. */
export function isUniform(data: TypedArray): boolean {
  for (let i = 1; i < data.length; i++) {
    if (data[i] !== data[0]) {
      return false;
    }
  }
  return data.length > 1;
}

/** A graph under construction. For the names of its values see `value-name.ts`. */
export class GraphBuilder {
  private readonly constants = new Map<string, string>();
  private readonly computed = new Map<string, string>();
  private ordering: readonly string[] = [];
  private count = 0;
  private device: string;

  /** @param home - the device of nodes that are written for no other; empty: TensorFlow chooses */
  constructor(
    private readonly document: GraphDocument,
    private readonly home = '',
  ) {
    this.device = home;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.count;
  }

  /** The name of the node that was added last; undefined before the first. */
  get latest(): string | undefined {
    return this.count === 0 ? undefined : `n${this.count - 1}`;
  }

  /**
   * Adds a node.
   *
   * @param inputs - values; `^node` only orders
   * @returns the node's name, which is also that of its first output
   */
  add(operation: string, inputs: readonly string[], attributes: NodeAttributes): string {
    const name = `n${this.count}`;
    const { device } = this;
    const operands = [...inputs, ...this.ordering];
    this.document.node({ name, operation, inputs: operands, device, attributes });
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
  constant(data: TypedArray, shape: readonly number[], dtype: NativeType): string {
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
    this.document.constant({ name, device: this.device, data, shape, dtype });
    this.count++;
    if (key) {
      this.constants.set(key, name);
    }
    return name;
  }

  /** A value to fetch for the sake of nodes that run before it, named `^node`. */
  signal(others: readonly string[]): string {
    const nothing = this.constant(Int32Array.of(0), [], 'int32');
    return this.add('Identity', [nothing, ...others], { T: { kind: 'type', value: 'int32' } });
  }
}
