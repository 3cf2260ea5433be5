import { describe, expect, it } from 'vitest';
import { genotypeProblem, type Branch, type Genotype } from '../../lib/architecture/genotype.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { NINE } from '../helpers/operation-lists.js';

/** Two blocks, the second with the given right branch. */
function withRight(right: Branch): Genotype {
  const skip = { input: 0, operation: 'skip_connect' };
  return {
    blocks: [
      { left: skip, right: skip },
      { left: skip, right },
    ],
  };
}

describe('genotypeProblem', () => {
  it('accepts exactly the states before a block', () => {
    const accepted = [-1, 0, 1, 2, 3, 0.5, NaN].filter(
      (input) => genotypeProblem(withRight({ input, operation: 'none' })) === undefined,
    );
    expect(accepted).toEqual([0, 1, 2]);
  });

  it('accepts one state twice, as the search space of the paper does', () => {
    expect(genotypeProblem(withRight({ input: 0, operation: 'skip_connect' }))).toBeUndefined();
  });

  it('names the first field at fault, what it may hold and what it holds', () => {
    expect(genotypeProblem(withRight({ input: 3, operation: 'sep' }))).toEqual({
      field: 'blocks[1].right.input',
      expected: 'a hidden state from 0 to 2, which come before this block',
      got: 3,
    });
    expect(genotypeProblem({ blocks: [] })).toMatchObject({
      field: 'blocks',
      expected: 'at least one block',
    });
  });

  it('accepts the operations that it is given, all known ones by default', () => {
    const genotype = withRight({ input: 1, operation: 'inverted_bottleneck' });
    expect(genotypeProblem(genotype)).toBeUndefined();
    expect(genotypeProblem(genotype, NINE)).toBeUndefined();
    expect(genotypeProblem(genotype, PRIMITIVES)).toMatchObject({
      field: 'blocks[1].right.operation',
      got: 'inverted_bottleneck',
      advice: 'list it among the operations that the cell was chosen from',
    });
  });

  it('says how an unknown operation becomes known', () => {
    const problem = genotypeProblem(withRight({ input: 1, operation: 'conv_9x9' }));
    expect(problem?.expected).toMatch(/^one of none, .*dil_conv_5x5/);
    expect(problem?.advice).toBe('define it with defineOperation before it is used');
  });
});
