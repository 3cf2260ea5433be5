/** The cells that a budget has to choose from: of all that cost the same, the most probable. */
import type { Branch, Genotype } from '../architecture/genotype.js';
import { alphaLogProbabilities, type Logits } from '../architecture/probabilities.js';
import { edgeIndex } from '../search-space/edges.js';
import { resolveOperations } from '../search-space/operations/registry.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import type { PathGraph } from './path-graph.js';
import { undominated, type Priced } from './pareto.js';
import type { PieceTable } from './piece-table.js';

/** A cell, or the first blocks of one. */
interface Cell extends Priced {
  /** How many branches of each kind it has, as a key. */
  readonly kinds: string;
  readonly branches: readonly Branch[];
}

/** A cell that may be chosen. */
export interface CellCandidate extends Priced {
  /** Sum of log α over its branches. */
  readonly logProbability: number;
  /** What its branches cost, by place and resource: place by place. */
  readonly costs: Float64Array;
  readonly genotype: Genotype;
}

/** A branch that a block may have. */
interface Option {
  readonly branch: Branch;
  readonly logProbability: number;
  /** Branches of one kind cost the same at every place. */
  readonly kind: number;
}

/** Kinds of branches and what each costs, by place and resource. */
class Kinds {
  readonly costs: Float64Array[] = [];
  private readonly byCosts = new Map<string, number>();
  private readonly byName = new Map<string, number>();

  constructor(
    private readonly graph: PathGraph,
    private readonly table: PieceTable,
  ) {}

  /** The kind of an operation on an input of the cell, or on a block. */
  of(operation: string, isInput: boolean): number {
    const name = `${operation} ${isInput}`;
    const known = this.byName.get(name) ?? this.find(operation, isInput);
    this.byName.set(name, known);
    return known;
  }

  private find(operation: string, isInput: boolean): number {
    const { pieces, places } = this.graph;
    const costs = Float64Array.from(
      places.flatMap(({ read, stride, inner }) => {
        const piece = isInput
          ? pieces.operation(operation, read, stride)
          : pieces.operation(operation, inner, 1);
        return [...this.table.costOf(piece)];
      }),
    );
    const key = costs.join(' ');
    const kind = this.byCosts.get(key) ?? this.costs.push(costs) - 1;
    this.byCosts.set(key, kind);
    return kind;
  }
}

/** The branches from a state to a block, the most probable of each kind. */
function optionsOf(
  block: number,
  input: number,
  logProbabilities: Float64Array,
  operations: readonly string[],
  kinds: Kinds,
): Option[] {
  const best = new Map<number, Option>();
  resolveOperations(operations).forEach(({ name, family }, column) => {
    const row = edgeIndex(block, input) * operations.length;
    const logProbability = logProbabilities[row + column];
    if (family === 'none') {
      return;
    }
    const kind = kinds.of(name, input < 2);
    // −Infinity is above nothing.
    if (logProbability > (best.get(kind)?.logProbability ?? -Infinity)) {
      best.set(kind, { branch: { input, operation: name }, logProbability, kind });
    }
  });
  return [...best.values()];
}

/** Keeps the most probable of each key. */
class Best<T extends Priced> {
  private readonly byKey = new Map<string, T>();

  add(key: string, logProbability: number, make: () => T): void {
    const known = this.byKey.get(key);
    if (known === undefined || logProbability > known.logProbability) {
      this.byKey.set(key, make());
    }
  }

  values(): T[] {
    return undominated([...this.byKey.values()]);
  }
}

/** Counts of kinds as a key, and back. */
const keyOf = (counts: readonly number[]): string => String.fromCodePoint(...counts);
const countsOf = (key: string): number[] => Array.from(key, (letter) => letter.codePointAt(0)!);

/** One cell behind another: their branches, costs and probabilities together. */
function together(a: Cell, b: Cell): { readonly key: string; readonly make: () => Cell } {
  const others = countsOf(b.kinds);
  const key = keyOf(countsOf(a.kinds).map((count, kind) => count + others[kind]));
  const make = () => ({
    kinds: key,
    logProbability: a.logProbability + b.logProbability,
    costs: a.costs.map((cost, i) => cost + b.costs[i]),
    branches: [...a.branches, ...b.branches],
  });
  return { key, make };
}

/** The ways in which a block can have two different inputs, the most probable of each kind. */
function blockCells(options: readonly (readonly Option[])[], kinds: Kinds): Cell[] {
  const single = ({ branch, logProbability, kind }: Option): Cell => ({
    kinds: keyOf(kinds.costs.map((_, k) => Number(k === kind))),
    logProbability,
    costs: kinds.costs[kind],
    branches: [branch],
  });
  const best = new Best<Cell>();
  for (const [i, lefts] of options.entries()) {
    for (const left of lefts) {
      for (const right of options.slice(i + 1).flat()) {
        const { key, make } = together(single(left), single(right));
        best.add(key, left.logProbability + right.logProbability, make);
      }
    }
  }
  return best.values();
}

/**
 * The cells that can be part of the most probable architecture within any limits, the most probable first:
 * each block with two different inputs and no zero, as decoding gives them. Of cells that cost the same at
 * every place of the network only the most probable is listed, and none that a more probable one undercuts.
 */
export function cellCandidates(
  alpha: Logits,
  { blocks, operations }: SearchSpaceShape,
  graph: PathGraph,
  table: PieceTable,
): CellCandidate[] {
  const logProbabilities = alphaLogProbabilities(alpha, { blocks, operations });
  const kinds = new Kinds(graph, table);
  const options = Array.from({ length: blocks }, (_, block) =>
    Array.from({ length: block + 2 }, (_, input) =>
      optionsOf(block, input, logProbabilities, operations, kinds),
    ),
  );
  const cells = options
    .map((ofBlock) => blockCells(ofBlock, kinds))
    .reduce((before, ofBlock) => {
      const best = new Best<Cell>();
      for (const first of before) {
        for (const next of ofBlock) {
          const { key, make } = together(first, next);
          best.add(key, first.logProbability + next.logProbability, make);
        }
      }
      return best.values();
    });
  return cells.map(({ logProbability, costs, branches }) => ({
    logProbability,
    costs,
    genotype: {
      blocks: Array.from({ length: blocks }, (_, i) => ({
        left: branches[2 * i],
        right: branches[2 * i + 1],
      })),
    },
  }));
}
