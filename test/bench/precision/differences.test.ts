import { describe, expect, it } from 'vitest';
import { differenceOf, meansOf } from './differences.js';

describe('differences of losses', () => {
  it('are those of the means of windows', () => {
    expect(meansOf([1, 3, 5, 7, 100], 2)).toEqual([2, 6]);
    // |3 − 2| / 2 and |6 − 6| / 6
    expect(differenceOf([1, 3, 5, 7], [3, 3, 7, 5], 2)).toBe(0.25);
  });
});
