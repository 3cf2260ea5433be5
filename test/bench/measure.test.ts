import { describe, expect, it } from 'vitest';
import { CASES } from './cases.js';
import { blocksOf } from './measure.js';

describe('blocksOf', () => {
  it('measures each case by itself, and those of a growth series together', () => {
    const blocks = blocksOf(CASES);
    expect(blocks.flat()).toEqual(CASES);
    for (const block of blocks) {
      expect(new Set(block.map(({ growth }) => growth?.series)).size).toBe(1);
      expect(block.length === 1).toBe(block[0].growth === undefined);
    }
  });
});
