import { describe, expect, it } from 'vitest';
import {
  architectureLogProbability,
  certainProbabilities,
  isInSpace,
  searchProbabilities,
} from '../../lib/architecture/certain.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError } from '../../lib/errors.js';
import { completeShape, PAPER_SHAPE } from '../../lib/search-space/shape.js';

const entries = (values: Float32Array): number[] =>
  Array.from(values.keys()).filter((i) => values[i] !== 0);

/** Two layers, one block, two operations: α is `[2, 2]`, β `[2 + 2 + 3]`. */
const SMALL = completeShape({ layers: 2, blocks: 1, operations: ['none', 'skip_connect'] });
const FLAT = {
  path: [0, 0],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'skip_connect' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  },
};

describe('certainProbabilities', () => {
  it('has the entries of the published architecture', () => {
    const { alpha, beta } = certainProbabilities(publishedArchitecture, PAPER_SHAPE);
    // Rows of α by hand: block 1 has rows 0-1, 2 has 2-4, 3 has 5-8, 4 has 9-13, 5 has 14-19; columns as in
    // PRIMITIVES: sep 3x3 = 4, sep 5x5 = 5, dil 3x3 = 6, dil 5x5 = 7.
    expect(entries(alpha)).toEqual(
      [
        [0, 7],
        [1, 4],
        [2, 4],
        [3, 6],
        [5, 4],
        [8, 4],
        [11, 5],
        [13, 5],
        [17, 5],
        [19, 7],
      ].map(([row, column]) => 8 * row + column),
    );
    expect(entries(beta)).toHaveLength(12);
    expect(Math.max(...alpha, ...beta)).toBe(1);
  });

  it('adds up two branches that are the same', () => {
    const [{ left }] = FLAT.genotype.blocks;
    const twice = { ...FLAT, genotype: { blocks: [{ left, right: left }] } };
    expect(Array.from(certainProbabilities(twice, SMALL).alpha)).toEqual([0, 2, 0, 0]);
  });

  it.each([
    ['another number of blocks', { blocks: 2 }, /cell of 2 blocks, .* got 1/],
    ['another number of layers', { layers: 3 }, /path: expected 3 levels/],
    [
      'other operations',
      { operations: ['none'] },
      /operations of the search space, none, got "skip/,
    ],
  ])('refuses %s', (_, change, message) => {
    const shape = { ...SMALL, ...change };
    expect(isInSpace(FLAT, SMALL)).toBe(true);
    expect(isInSpace(FLAT, shape)).toBe(false);
    expect(() => certainProbabilities(FLAT, shape)).toThrow(ConfigError);
    expect(() => certainProbabilities(FLAT, shape)).toThrow(message);
  });

  it('knows where the first layer may be', () => {
    const late = { ...FLAT, path: [1, 1] };
    expect(isInSpace(late, SMALL)).toBe(true);
    expect(isInSpace(late, { ...SMALL, firstLayer: 'stride-4' })).toBe(false);
  });
});

describe('architectureLogProbability', () => {
  it('is the product of its choices where all are equally probable', () => {
    const logits = { alpha: new Float32Array(160), beta: new Float32Array(105) };
    // Ways out of the nodes of strides 4, 4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16: 2, or 3 in the middle.
    const ways = [2, 2, 2, 2, 3, 3, 3, 3, 3, 2, 2, 3];
    const expected = -ways.reduce((sum, n) => sum + Math.log(n), 0) - 10 * Math.log(8);
    expect(architectureLogProbability(publishedArchitecture, logits, PAPER_SHAPE)).toBeCloseTo(
      expected,
      10,
    );
  });

  it('follows the logits and the end normalisation', () => {
    const alpha = [0, 1, 0, 2];
    const beta = [3, 0, 1, 0, 0, 0, 0];
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const expected = sigmoid(1) * sigmoid(2) * sigmoid(3) * sigmoid(1);
    const found = architectureLogProbability(FLAT, { alpha, beta }, SMALL);
    expect(Math.exp(found)).toBeCloseTo(expected, 10);
    const scaled = architectureLogProbability(FLAT, { alpha, beta }, SMALL, 'two-thirds');
    expect(Math.exp(scaled)).toBeCloseTo((expected * 4) / 9, 10);
    const { beta: shares } = searchProbabilities({ alpha, beta }, SMALL, 'two-thirds');
    expect(shares[0] + shares[1]).toBeCloseTo(2 / 3, 6);
  });
});
