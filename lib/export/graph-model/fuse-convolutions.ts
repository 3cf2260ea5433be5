/**
 * Convolution, bias and ReLU as one operation, which TensorFlow.js computes in one pass over the map.
 *
 * Source: tfjs-converter 4.22, `_FusedConv2D` and `FusedDepthwiseConv2dNative`.
 */
import type { JsonNode } from './json-node.js';

/** The fused form of an operation. */
const FUSED: Readonly<Record<string, string>> = {
  Conv2D: '_FusedConv2D',
  DepthwiseConv2dNative: 'FusedDepthwiseConv2dNative',
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Nodes by the name of a value that they read. */
function readersIn(nodes: readonly JsonNode[]): ReadonlyMap<string, readonly JsonNode[]> {
  const readers = new Map<string, JsonNode[]>();
  for (const node of nodes) {
    for (const value of node.input ?? []) {
      readers.set(value, [...(readers.get(value) ?? []), node]);
    }
  }
  return readers;
}

/** What follows a convolution: the sum with its bias, and a ReLU if there is one. */
interface Tail {
  readonly bias: string;
  readonly sum: JsonNode;
  readonly relu: JsonNode | undefined;
}

/** Joins convolutions whose result is read only by a sum with a constant vector, and that only by a ReLU. */
class Fusion {
  private readonly readers: ReadonlyMap<string, readonly JsonNode[]>;
  private readonly vectors: ReadonlySet<string>;

  /** @param vectors - the names of constants with one dimension */
  constructor(
    private readonly nodes: readonly JsonNode[],
    vectors: Iterable<string>,
  ) {
    this.readers = readersIn(nodes);
    this.vectors = new Set(vectors);
  }

  /** The only reader of a value, if it is of an operation. */
  private onlyReader({ name }: JsonNode, operation: string): JsonNode | undefined {
    const [reader, ...others] = this.readers.get(name) ?? [];
    return others.length === 0 && reader?.op === operation ? reader : undefined;
  }

  private tailOf(node: JsonNode): Tail | undefined {
    const sum = node.op in FUSED ? this.onlyReader(node, 'AddV2') : undefined;
    const bias = sum?.input?.[1];
    if (!sum || bias === undefined || !this.vectors.has(bias)) {
      return undefined;
    }
    return { bias, sum, relu: this.onlyReader(sum, 'Relu') };
  }

  run(): readonly JsonNode[] {
    const replaced = new Map<string, string>();
    const fused = this.nodes.map((node) => {
      const tail = this.tailOf(node);
      if (!tail) {
        return node;
      }
      const { bias, sum, relu } = tail;
      for (const { name } of relu ? [sum, relu] : [sum]) {
        replaced.set(name, node.name);
      }
      const operations = ['BiasAdd', ...(relu ? ['Relu'] : [])];
      return {
        ...node,
        op: FUSED[node.op],
        input: [...(node.input ?? []), bias],
        attr: {
          ...node.attr,
          num_args: { i: '1' },
          fused_ops: { list: { s: operations.map(base64) } },
        },
      };
    });
    return fused
      .filter(({ name }) => !replaced.has(name))
      .map(({ input, ...node }) => ({
        ...node,
        ...(input && { input: input.map((value) => replaced.get(value) ?? value) }),
      }));
  }
}

/**
 * A graph in which each convolution computes its bias and its ReLU too, where no other node reads what lies
 * between.
 *
 * @param vectors - the names of constants with one dimension
 */
export function fuseConvolutions(
  nodes: readonly JsonNode[],
  vectors: Iterable<string>,
): readonly JsonNode[] {
  return new Fusion(nodes, vectors).run();
}
