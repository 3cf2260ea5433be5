/** Architectures as the PyTorch ports of Auto-DeepLab print them. */
import { DataError } from '../errors.js';
import type { Edge } from '../search-space/edges.js';
import { edgeAt, edgeCount, edgeIndex, stateName } from '../search-space/edges.js';
import { pathProblem } from '../search-space/path.js';
import { PRIMITIVES } from '../search-space/operations/paper.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { levelStride } from '../search-space/trellis.js';
import type { Architecture } from '../architecture/architecture.js';
import { ARCHITECTURE_LEVELS } from '../architecture/architecture.js';
import type { ForeignNumbers } from './foreign-numbers.js';
import { readForeignNumbers, splitForeignText } from './foreign-numbers.js';
import type { Branch } from '../architecture/genotype.js';

/** A decode printed by another program: a level per layer, and `[edge, operation]` pairs. */
export interface ForeignDecode {
  /** One level per layer, 0 to 3; such as `1 2 2 2 1 1 1 0 0 0 1 1`. */
  readonly path: ForeignNumbers;
  /** Two pairs `[edge, operation]` per block; such as `[[1 5] [0 4] …]`. */
  readonly cell: ForeignNumbers;
}

/** How {@link readForeignDecode} decides. */
export interface ForeignDecodeOptions {
  /**
   * What to do with a branch whose operation is `none`.
   *
   * - `'error'` (default): refuse, saying which branches they are. The paper's decoding never
   *   chooses zero, so the list does not hold the cell that the search preferred; decoding α again
   *   with `decode` gives that cell.
   * - `'drop'`: take the list literally. The branch stays in the document as `none` and adds zero to
   *   its block, so the block is its other branch alone.
   */
  readonly none?: 'error' | 'drop';
}

/** Something worth knowing about a foreign decode. */
export interface ForeignFinding {
  /** `warning`: the network is not what it seems to be. `note`: how the list was read. */
  readonly severity: 'note' | 'warning';
  /** The place: `path`, `cell` or `block 2`. */
  readonly where: string;
  /** What was found, and what it means. */
  readonly message: string;
}

/** An architecture read from a foreign decode. */
export interface ForeignDecodeResult {
  /** The architecture; the branch with the lower input is the left one. */
  readonly architecture: Architecture;
  /** What to know about it. */
  readonly findings: readonly ForeignFinding[];
}

/** A pair of the list with its edge. */
interface Pair extends Branch {
  readonly edge: Edge;
  readonly place: number;
}

/**
 * Reads an architecture that a PyTorch port of Auto-DeepLab printed.
 *
 * Edges are numbered as in DARTS: block by block, from H^{l-2}, H^{l-1}, block 1, … (2 edges for
 * block 1, 3 for block 2, …). Operations are the places in {@link PRIMITIVES}. Each operation goes
 * with the edge it is listed with, in whatever order the pairs come.
 *
 * @param input - the two lists, or the text that the port's decoder printed
 * @throws {@link DataError} if the lists are not an architecture: says which entry is wrong and
 *   how to proceed
 *
 * @example
 * const path = '[0 0 1]';
 * const cell = '[[1 5] [0 4]]';
 * const { architecture } = readForeignDecode({ path, cell });
 * architecture.genotype.blocks[0].left; // { input: 0, operation: 'sep_conv_3x3' }
 */
export function readForeignDecode(
  input: ForeignDecode | string,
  options: ForeignDecodeOptions = {},
): ForeignDecodeResult {
  const { none = 'error' } = options;
  const lists = typeof input === 'string' ? splitForeignText(input) : input;
  const path = readPath(lists.path);
  const pairs = readPairs(lists.cell);
  const blocks = groupByBlock(pairs);
  const empty = pairs.filter(({ operation }) => operation === 'none');
  if (empty.length > 0 && none === 'error') {
    throw noneError(empty);
  }
  const architecture: Architecture = {
    version: 1,
    path,
    genotype: {
      blocks: blocks.map(([left, right]) => ({ left: branch(left), right: branch(right) })),
    },
    operations: PRIMITIVES,
    provenance: { source: 'printed by another program', options: { none } },
  };
  return { architecture, findings: [...pathFindings(path), ...blocks.flatMap(blockFindings)] };
}

function readPath(numbers: ForeignNumbers): number[] {
  const path = readForeignNumbers('foreign decode, path', numbers);
  const problem = pathProblem(path, ARCHITECTURE_LEVELS);
  if (problem !== undefined) {
    throw new DataError(
      `foreign decode, path[${problem.index}]: expected ${problem.expected}, ` +
        `got ${path[problem.index]}; no such network is in the search space, decode β again`,
    );
  }
  return path;
}

function readPairs(numbers: ForeignNumbers): Pair[] {
  const flat = readForeignNumbers('foreign decode, cell', numbers);
  if (flat.length % 4 !== 0) {
    throw new DataError(
      'foreign decode, cell: expected two pairs [edge, operation] per block, ' +
        `got ${flat.length} numbers`,
    );
  }
  const edges = edgeCount(flat.length / 4);
  return Array.from({ length: flat.length / 2 }, (_, place) => {
    const [edge, operation] = flat.slice(2 * place, 2 * place + 2);
    const where = `foreign decode, cell[${place}]`;
    if (edge < 0 || edge >= edges) {
      throw new DataError(
        `${where}: expected an edge from 0 to ${edges - 1}, for ${flat.length / 4} blocks, got ${edge}`,
      );
    }
    if (operation < 0 || operation >= PRIMITIVES.length) {
      throw new DataError(
        `${where}: expected an operation from 0 to ${PRIMITIVES.length - 1}, got ${operation}`,
      );
    }
    const { input, ...rest } = edgeAt(edge);
    return { edge: { input, ...rest }, place, input, operation: PRIMITIVES[operation] };
  });
}

/** The two pairs of each block, lower edge first. */
function groupByBlock(pairs: readonly Pair[]): [Pair, Pair][] {
  return Array.from({ length: pairs.length / 2 }, (_, block) => {
    const own = pairs
      .filter(({ edge }) => edge.block === block)
      .sort((a, b) => a.edge.index - b.edge.index);
    if (own.length !== 2 || own[0].input === own[1].input) {
      const list = own.map(({ edge }) => edge.index).join(', ');
      throw new DataError(
        `foreign decode, block ${block + 1}: expected two different edges out of ` +
          `${edgeIndex(block, 0)} to ${edgeIndex(block + 1, 0) - 1}, got ${list || 'none'}`,
      );
    }
    return [own[0], own[1]];
  });
}

function noneError(empty: readonly Pair[]): DataError {
  const places = empty.map(
    ({ edge }) => `block ${edge.block + 1}, edge ${edge.index} (reads ${stateName(edge.input)})`,
  );
  return new DataError(
    `foreign decode, ${places.join('; ')}: expected an operation from 1 to 7, got 0 (none, no ` +
      'connection), which the decoding of this library never chooses (§4.3 leaves zero out of the ' +
      "strength, DARTS out of the choice as well). Decode α again with decode(), or pass { none: 'drop' } to build the block " +
      'from its other branch alone',
  );
}

function pathFindings(path: readonly number[]): ForeignFinding[] {
  return [
    {
      severity: 'note',
      where: 'path',
      message: `read as one level per layer: strides ${path.map(levelStride).join(', ')}.`,
    },
    {
      severity: 'note',
      where: 'path',
      message:
        'which normalisation decoded it cannot be seen; the ports scale β by 2/3 at stride 4 and ' +
        '32, which is not in the paper. With β at hand, decode() shows both.',
    },
  ];
}

function blockFindings(pairs: readonly [Pair, Pair]): ForeignFinding[] {
  const [left, right] = pairs;
  const where = `block ${left.edge.block + 1}`;
  const findings: ForeignFinding[] = [];
  if (left.place > right.place && left.operation !== right.operation) {
    findings.push({
      severity: 'warning',
      where,
      message:
        `edge ${right.edge.index} is listed before edge ${left.edge.index}. Here each keeps its own ` +
        `operation: ${words(left)} and ${words(right)}. A port that takes the edges in ascending ` +
        'order but the operations in the order of the list would swap the two operations, so a ' +
        'network trained there may be another one.',
    });
  }
  const empty = pairs.filter(({ operation }) => operation === 'none');
  if (empty.length > 0) {
    findings.push({
      severity: 'warning',
      where,
      message:
        empty.length === 2
          ? 'both branches are none: the block outputs zeros, and its channels are wasted.'
          : `the branch that reads ${stateName(empty[0].input)} is none and adds zero: the block is ` +
            'its other branch alone.',
    });
  }
  return findings;
}

function words({ input, operation }: Pair): string {
  return `${operationNamed(operation).label} of ${stateName(input)}`;
}

function branch({ input, operation }: Branch): Branch {
  return { input, operation };
}
