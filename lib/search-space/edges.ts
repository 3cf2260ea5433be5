/** The edges of a cell: which hidden state each block may read. */
import { ConfigError } from '../errors.js';

/** One edge j → i of the cell: block `block` may read hidden state `input`. */
export interface Edge {
  /** The row of α: edges are numbered block by block, inputs ascending. */
  readonly index: number;
  /** The reading block, 0-based. Its output is hidden state `block + 2`. */
  readonly block: number;
  /** The hidden state read: 0 = H^{l-2}, 1 = H^{l-1}, 2 = block 0, 3 = block 1, … */
  readonly input: number;
}

/**
 * Number of edges of a cell of `blocks` blocks: Σ_{i=0}^{B-1} (i + 2) = B (B + 3) / 2, 20 for B = 5.
 *
 * Source: Auto-DeepLab §3.1; I_i^l = {H^{l-2}, H^{l-1}, H_1^l … H_{i-1}^l}.
 *
 * @throws {@link ConfigError} if `blocks` is not a positive integer
 */
export function edgeCount(blocks: number): number {
  checkBlocks(blocks);
  return (blocks * (blocks + 3)) / 2;
}

/** The edges of a cell of `blocks` blocks, in the order of α's rows. */
export function cellEdges(blocks: number): readonly Edge[] {
  checkBlocks(blocks);
  const edges: Edge[] = [];
  for (let block = 0; block < blocks; block++) {
    for (let input = 0; input < block + 2; input++) {
      edges.push({ index: edges.length, block, input });
    }
  }
  return edges;
}

/** The row of α of the edge from hidden state `input` to `block` (0-based). */
export function edgeIndex(block: number, input: number): number {
  return (block * (block + 3)) / 2 + input;
}

/** The first block (0-based) that reads hidden state `input`. */
export function firstConsumer(input: number): number {
  return Math.max(input - 1, 0);
}

/** The edge with the given row of α, whatever the number of blocks. */
export function edgeAt(index: number): Edge {
  if (!Number.isInteger(index) || index < 0) {
    throw new ConfigError(`edge: expected a number 0, 1, 2 …, got ${index}`);
  }
  let block = 0;
  while (edgeIndex(block + 1, 0) <= index) {
    block++;
  }
  return { index, block, input: index - edgeIndex(block, 0) };
}

/** What hidden state `state` of a cell is: `H^{l-2}`, `H^{l-1}`, `block 1`, `block 2`, … */
export function stateName(state: number): string {
  return ['H^{l-2}', 'H^{l-1}'][state] ?? `block ${state - 1}`;
}

function checkBlocks(blocks: number): void {
  if (!Number.isInteger(blocks) || blocks < 1) {
    throw new ConfigError(`blocks: expected a positive integer, got ${blocks}`);
  }
}
