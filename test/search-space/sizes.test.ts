import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { checkInputSize, levelSize } from '../../lib/search-space/sizes.js';

describe('levelSize', () => {
  it('divides by the stride of the level and rounds up', () => {
    const sizes = [0, 1, 2, 3].map((level) => levelSize({ height: 321, width: 64 }, level));
    expect(sizes).toEqual([
      { height: 81, width: 16 },
      { height: 41, width: 8 },
      { height: 21, width: 4 },
      { height: 11, width: 2 },
    ]);
  });
});

describe('checkInputSize', () => {
  it.each([
    [4, 33],
    [3, 17],
    [2, 9],
    [1, 5],
  ])('wants two pixels at the deepest of %i levels: %i pixels and more', (levels, least) => {
    const check = (height: number, width: number) => () => {
      checkInputSize({ height, width }, levels);
    };
    expect(check(least, least + 1)).not.toThrow();
    expect(levelSize({ height: least, width: least }, levels - 1)).toEqual({ height: 2, width: 2 });
    expect(levelSize({ height: least - 1, width: least }, levels - 1).height).toBe(1);
    expect(check(least - 1, 100)).toThrow(ShapeError);
    expect(check(100, least - 1)).toThrow(ShapeError);
    expect(check(100.5, 100)).toThrow(ShapeError);
  });

  it('names the nearest size at which all grids meet', () => {
    expect(() => {
      checkInputSize({ height: 20, width: 100 }, 4);
    }).toThrow(
      'input size: expected at least 33 × 33 pixels for 4 levels (stride 32), got 20 × 100; the ' +
        'nearest size that fits well is 33 × 97',
    );
  });
});
