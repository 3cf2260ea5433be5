import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import {
  cellEdges,
  edgeAt,
  edgeCount,
  edgeIndex,
  firstConsumer,
  stateName,
} from '../../lib/search-space/edges.js';

describe('edges of a cell', () => {
  it('number 20 for the 5 blocks of the paper', () => {
    expect(edgeCount(5)).toBe(20);
    expect(cellEdges(5)).toHaveLength(20);
    expect([1, 2, 3, 4].map(edgeCount)).toEqual([2, 5, 9, 14]);
  });

  it('are numbered block by block with ascending inputs', () => {
    expect(cellEdges(2)).toEqual([
      { index: 0, block: 0, input: 0 },
      { index: 1, block: 0, input: 1 },
      { index: 2, block: 1, input: 0 },
      { index: 3, block: 1, input: 1 },
      { index: 4, block: 1, input: 2 },
    ]);
  });

  it("are where the published cell's DARTS numbers say", () => {
    // Blocks 1 to 5 with inputs (0,1), (0,1), (3,0), (4,2), (3,5): facts of the authors' code.
    const inputs = [[0, 1], [0, 1], [3, 0], [4, 2], [3, 5]]; // oxfmt-ignore
    const numbers = inputs.flatMap((pair, block) => pair.map((input) => edgeIndex(block, input)));
    expect(numbers).toEqual([0, 1, 2, 3, 8, 5, 13, 11, 17, 19]);
  });

  it('can be looked up by number', () => {
    for (const edge of cellEdges(9)) {
      expect(edgeAt(edge.index)).toEqual(edge);
      expect(edgeIndex(edge.block, edge.input)).toBe(edge.index);
    }
  });

  it('start where the block comes after the state', () => {
    for (const input of [0, 1, 2, 3, 6]) {
      const blocks = cellEdges(7)
        .filter((edge) => edge.input === input)
        .map(({ block }) => block);
      expect(firstConsumer(input)).toBe(Math.min(...blocks));
      expect(blocks).toHaveLength(7 - firstConsumer(input));
    }
  });

  it('name the states they read', () => {
    expect([0, 1, 2, 6].map(stateName)).toEqual(['H^{l-2}', 'H^{l-1}', 'block 1', 'block 5']);
  });

  it('refuse a number of blocks or an edge that cannot be', () => {
    expect(() => edgeCount(0)).toThrow(ConfigError);
    expect(() => edgeCount(0)).toThrow('blocks: expected a positive integer, got 0');
    expect(() => edgeAt(0.5)).toThrow(ConfigError);
    expect(() => cellEdges(2.5)).toThrow('blocks: expected a positive integer, got 2.5');
    expect(() => edgeAt(-1)).toThrow('edge: expected a number 0, 1, 2 …, got -1');
  });
});
