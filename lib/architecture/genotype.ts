/** The derived cell: which states each block reads, and through which operations. */
import { knownOperations } from '../search-space/operations/registry.js';

/** One branch of a block: an operation applied to a hidden state of the cell. */
export interface Branch {
  /** The hidden state read: 0 = H^{l-2}, 1 = H^{l-1}, 2 = the first block's output, … */
  readonly input: number;
  /** The name of the operation applied to it. `none` contributes zero to the block's sum. */
  readonly operation: string;
}

/** One block: its output is the sum of its two branches. */
export interface GenotypeBlock {
  /** The first branch. */
  readonly left: Branch;
  /** The second branch. */
  readonly right: Branch;
}

/** A cell of B blocks; its output is the concatenation of all block outputs, in order. */
export interface Genotype {
  /** The blocks in order; the 0-based block i is hidden state i + 2. */
  readonly blocks: readonly GenotypeBlock[];
}

/** What is wrong with a genotype: where, what was expected, what came. */
export interface GenotypeProblem {
  /** The field at fault, such as `blocks[2].left.input`. */
  readonly field: string;
  /** What the field may hold. */
  readonly expected: string;
  /** What it holds. */
  readonly got: unknown;
  /** What to do about it, if there is more to say. */
  readonly advice?: string;
}

/** What to do about the name of an operation that is not known. */
export const DEFINE_IT = 'define it with defineOperation before it is used';

/**
 * The first thing wrong with a genotype, or undefined: it has at least one block, every operation
 * is a known one and every block reads only states that exist before it.
 *
 * The paper's search space lets both branches of a block read the same state, and so does this.
 *
 * Source: Auto-DeepLab §3.1.
 *
 * @param operations - names of the operations it may have; all known ones by default
 */
export function genotypeProblem(
  genotype: Genotype,
  operations: readonly string[] = knownOperations(),
): GenotypeProblem | undefined {
  if (genotype.blocks.length === 0) {
    return { field: 'blocks', expected: 'at least one block', got: genotype.blocks };
  }
  for (const [i, block] of genotype.blocks.entries()) {
    for (const side of ['left', 'right'] as const) {
      const problem = branchProblem(block[side], i, operations);
      if (problem !== undefined) {
        return { ...problem, field: `blocks[${i}].${side}.${problem.field}` };
      }
    }
  }
  return undefined;
}

function branchProblem(
  branch: Branch,
  block: number,
  operations: readonly string[],
): GenotypeProblem | undefined {
  if (!Number.isInteger(branch.input) || branch.input < 0 || branch.input > block + 1) {
    const expected = `a hidden state from 0 to ${block + 1}, which come before this block`;
    return { field: 'input', expected, got: branch.input };
  }
  if (!operations.includes(branch.operation)) {
    return {
      field: 'operation',
      expected: `one of ${operations.join(', ')}`,
      got: branch.operation,
      advice: knownOperations().includes(branch.operation)
        ? 'list it among the operations that the cell was chosen from'
        : DEFINE_IT,
    };
  }
  return undefined;
}
