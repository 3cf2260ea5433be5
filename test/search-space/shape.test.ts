import { describe, expect, it } from 'vitest';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import {
  alphaLength,
  completeShape,
  PAPER_SHAPE,
  trellisOf,
} from '../../lib/search-space/shape.js';
import { FOUR, NINE } from '../helpers/operation-lists.js';

describe('the shape of a search space', () => {
  it('of the paper has 20 · 8 numbers in α and 105 in β', () => {
    expect(alphaLength(PAPER_SHAPE)).toBe(160);
    expect(trellisOf(PAPER_SHAPE).arrows).toHaveLength(105);
  });

  it('is the paper’s where nothing else is given', () => {
    expect(completeShape({})).toEqual({
      layers: 12,
      levels: 4,
      firstLayer: 'free',
      blocks: 5,
      operations: PRIMITIVES,
    });
  });

  it('keeps what is given, and nothing that does not belong to it', () => {
    const given = {
      layers: 3,
      levels: 2,
      firstLayer: 'stride-4',
      blocks: 1,
      operations: FOUR,
    } as const;
    expect(completeShape({ ...given, alpha: [1] } as typeof given)).toEqual(given);
  });

  it('has a column of α per operation', () => {
    expect(alphaLength({ ...PAPER_SHAPE, operations: NINE })).toBe(20 * 9);
    expect(alphaLength({ ...PAPER_SHAPE, blocks: 2, operations: FOUR })).toBe(5 * 4);
  });

  it('gives the trellis its layers, levels and first layer', () => {
    // Two levels: 1 arrow into layer 1, 2 into layer 2, then 4.
    const trellis = trellisOf({ ...PAPER_SHAPE, layers: 4, levels: 2, firstLayer: 'stride-4' });
    expect(trellis).toMatchObject({ layers: 4, levels: 2, firstLayer: 'stride-4' });
    const into = (layer: number) => trellis.arrows.filter((arrow) => arrow.layer === layer).length;
    expect([1, 2, 3, 4].map(into)).toEqual([1, 2, 4, 4]);
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(PAPER_SHAPE))).toEqual(PAPER_SHAPE);
  });
});
