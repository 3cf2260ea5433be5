/** From α to a discrete cell. */
import { cellEdges } from '../search-space/edges.js';
import { PRIMITIVES } from '../search-space/operations/paper.js';
import { resolveOperations } from '../search-space/operations/registry.js';
import type { SearchSpaceShape } from '../search-space/shape.js';
import { NumericError } from '../errors.js';
import type { Branch, Genotype } from '../architecture/genotype.js';
import type { Logits } from '../architecture/probabilities.js';
import { alphaLogProbabilities } from '../architecture/probabilities.js';

/** How {@link decodeCell} decides. */
export interface DecodeCellOptions {
  /**
   * Whether zero (`none`, "no connection") may win the argmax over the operations of a kept edge.
   * False by default, as in DARTS: the paper excludes zero from the strength and does not say it of
   * the argmax, but an edge that was kept for its strongest operation and then decoded as `none`
   * would contribute nothing.
   */
  readonly zeroInArgmax?: boolean;
}

/** How sure the decoder is of one branch. Probabilities are softmaxed α of its edge. */
export interface BranchConfidence extends Branch {
  /** The edge, a row of α. */
  readonly edge: number;
  /** Probability of the chosen operation. */
  readonly probability: number;
  /** Strength of the edge: the largest probability of an operation other than zero. */
  readonly strength: number;
  /** The operation that came second; undefined where there is only one to choose. */
  readonly runnerUp: { readonly operation: string; readonly probability: number } | undefined;
  /** Probability of the chosen operation less that of the runner-up. */
  readonly operationMargin: number;
  /**
   * Strength of this edge less that of the strongest edge left out; undefined in the first block,
   * which has only two edges.
   */
  readonly edgeMargin: number | undefined;
  /** Probability of zero on this edge; 0 in a search space without it. */
  readonly zeroProbability: number;
  /** True where zero is the most probable operation of all, chosen or not. */
  readonly isZeroStrongest: boolean;
}

/** How sure the decoder is of one block. */
export interface BlockConfidence {
  /** The first branch. */
  readonly left: BranchConfidence;
  /** The second branch. */
  readonly right: BranchConfidence;
  /** The strongest edge left out; undefined in the first block. */
  readonly third:
    | { readonly edge: number; readonly input: number; readonly strength: number }
    | undefined;
}

/** A decoded cell. */
export interface CellDecode {
  /** The discrete cell. */
  readonly genotype: Genotype;
  /** The same blocks with their probabilities and margins. */
  readonly blocks: readonly BlockConfidence[];
}

/** One edge with its log probabilities. */
interface WeighedEdge {
  readonly edge: number;
  readonly input: number;
  readonly row: Float64Array;
  readonly logStrength: number;
}

/** What decides about the operations: their names, and which of them is zero (−1: none of them). */
interface Columns {
  readonly names: readonly string[];
  readonly zero: number;
}

/**
 * Decodes α: each block keeps its two strongest predecessors, strength being
 * max_{k ≠ zero} α^k_{j→i}, and each kept edge its most probable operation other than zero.
 *
 * Equal strengths go to the lower state and equal operations to the earlier column of α, as in
 * DARTS. The branch with the lower input is the left one, so that equal
 * cells have equal genotypes; a block is a sum, the order has no other meaning.
 *
 * Source: Auto-DeepLab §4.3; DARTS (`model_search.py`) for the argmax over non-zero operations.
 *
 * @param alpha - logits, `[edges · operations]`, row by row
 * @param shape - number of blocks B, and the names of the operations; the paper's by default
 * @throws {@link ShapeError} if `alpha` has another length
 * @throws {@link NumericError} if `alpha` holds NaN or +Infinity, or forbids (−Infinity) all operations that an edge
 *   of the cell may have
 *
 * @example
 * const alpha = new Float32Array(16); // B = 1: two edges of 8 operations
 * alpha[0 * 8 + 7] = 2; // H^{l-2}: atrous conv 5x5
 * alpha[1 * 8 + 4] = 3; // H^{l-1}: separable conv 3x3
 * decodeCell(alpha, { blocks: 1 }).genotype.blocks[0].right; // { input: 1, operation: 'sep_conv_3x3' }
 */
export function decodeCell(
  alpha: Logits,
  shape: Pick<SearchSpaceShape, 'blocks'> & Partial<Pick<SearchSpaceShape, 'operations'>>,
  options: DecodeCellOptions = {},
): CellDecode {
  const { blocks, operations = PRIMITIVES } = shape;
  const zero = resolveOperations(operations).findIndex(({ family }) => family === 'none');
  const columns: Columns = { names: operations, zero };
  const logProbabilities = alphaLogProbabilities(alpha, { blocks, operations });
  const width = operations.length;
  const groups: WeighedEdge[][] = Array.from({ length: blocks }, () => []);
  for (const { index, block, input } of cellEdges(blocks)) {
    const row = logProbabilities.subarray(index * width, (index + 1) * width);
    const logStrength = Math.max(...row.filter((_, k) => k !== zero));
    groups[block].push({ edge: index, input, row, logStrength });
  }
  const confidences = groups.map((edges) =>
    decodeBlock(edges, columns, options.zeroInArgmax ?? false),
  );
  const genotype = {
    blocks: confidences.map(({ left, right }) => ({ left: branch(left), right: branch(right) })),
  };
  return { genotype, blocks: confidences };
}

function decodeBlock(
  edges: readonly WeighedEdge[],
  columns: Columns,
  zeroInArgmax: boolean,
): BlockConfidence {
  // The sort is stable: of equally strong edges the one with the lower input comes first.
  const ranked = [...edges].sort((a, b) => compareDescending(a.logStrength, b.logStrength));
  const third = ranked.at(2);
  const [left, right] = ranked
    .slice(0, 2)
    .sort((a, b) => a.input - b.input)
    .map((edge) => decodeEdge(edge, third?.logStrength, columns, zeroInArgmax));
  return {
    left,
    right,
    third: third && {
      edge: third.edge,
      input: third.input,
      strength: Math.exp(third.logStrength),
    },
  };
}

function decodeEdge(
  { edge, input, row, logStrength }: WeighedEdge,
  thirdLogStrength: number | undefined,
  { names, zero }: Columns,
  zeroInArgmax: boolean,
): BranchConfidence {
  const candidates = [...row.keys()].filter((k) => zeroInArgmax || k !== zero);
  const [best, second]: (number | undefined)[] = candidates.sort((a, b) =>
    compareDescending(row[a], row[b]),
  );
  if (row[best] === -Infinity) {
    throw new NumericError(
      `decodeCell: expected a block with two edges whose operations α allows, got only -Infinity for those of edge ` +
        `${edge}, from state ${input}${zeroInArgmax ? '' : ' (zero is not chosen)'}; allow one of them`,
    );
  }
  const strength = Math.exp(logStrength);
  const probability = Math.exp(row[best]);
  const runnerUp =
    second === undefined
      ? undefined
      : { operation: names[second], probability: Math.exp(row[second]) };
  return {
    input,
    operation: names[best],
    edge,
    probability,
    strength,
    runnerUp,
    operationMargin: probability - (runnerUp?.probability ?? 0),
    edgeMargin: thirdLogStrength === undefined ? undefined : strength - Math.exp(thirdLogStrength),
    zeroProbability: zero < 0 ? 0 : Math.exp(row[zero]),
    isZeroStrongest: zero >= 0 && row[zero] > logStrength,
  };
}

function branch({ input, operation }: Branch): Branch {
  return { input, operation };
}

/** Compares for a descending sort; −Infinity equals itself. */
function compareDescending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}
