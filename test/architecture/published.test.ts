import { describe, expect, it } from 'vitest';
import { genotypeProblem } from '../../lib/architecture/genotype.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { edgeIndex } from '../../lib/search-space/edges.js';
import { pathProblem } from '../../lib/search-space/path.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { levelStride } from '../../lib/search-space/trellis.js';

describe('publishedArchitecture', () => {
  const { path, genotype } = publishedArchitecture;

  it('has the path of the official code', () => {
    expect(path.map(levelStride)).toEqual([4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8]);
    expect(pathProblem(path)).toBeUndefined();
  });

  it("has the official code's operations and states, which number the first two the other way", () => {
    // tensorflow/models, research/deeplab/core/nas_network.py
    const operations =
      'atrous_5x5 separable_3x3_2 separable_3x3_2 atrous_3x3 separable_3x3_2 separable_3x3_2 ' +
      'separable_5x5_2 separable_5x5_2 separable_5x5_2 atrous_5x5';
    const states = [1, 0, 1, 0, 3, 1, 4, 2, 3, 5];
    const branches = genotype.blocks.flatMap(({ left, right }) => [left, right]);
    const official = branches.map(({ operation }) =>
      operation.replace(/^sep_conv_(.*)$/, 'separable_$1_2').replace('dil_conv', 'atrous'),
    );
    expect(official.join(' ')).toBe(operations);
    expect(branches.map(({ input }) => (input < 2 ? 1 - input : input))).toEqual(states);
  });

  it('has the edges and operations of its DARTS form', () => {
    const pairs = genotype.blocks.flatMap(({ left, right }, block) =>
      [left, right].map(({ input, operation }) => [
        edgeIndex(block, input),
        PRIMITIVES.indexOf(operation),
      ]),
    );
    expect(pairs).toEqual([
      [0, 7],
      [1, 4],
      [2, 4],
      [3, 6],
      [8, 4],
      [5, 4],
      [13, 5],
      [11, 5],
      [17, 5],
      [19, 7], // oxfmt-ignore
    ]);
  });

  it('is a valid cell with two distinct inputs per block', () => {
    expect(genotypeProblem(genotype)).toBeUndefined();
    expect(genotype.blocks.every(({ left, right }) => left.input !== right.input)).toBe(true);
  });
});
