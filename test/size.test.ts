import { describe, expect, it } from 'vitest';
import { nearestAligned, paddedSize, toSize } from '../lib/size.js';

describe('toSize', () => {
  it('makes a square of a number', () => {
    expect(toSize(321)).toEqual({ height: 321, width: 321 });
    expect(toSize({ height: 353, width: 481 })).toEqual({ height: 353, width: 481 });
  });
});

describe('paddedSize', () => {
  it.each([
    [1024, 2048, 1025, 2049],
    [500, 375, 513, 385],
    [33, 1, 33, 33],
    [34, 33, 65, 33],
  ])('of %i x %i is %i x %i, the smallest 32·k + 1 that holds it', (height, width, ...padded) => {
    expect(paddedSize({ height, width })).toEqual({ height: padded[0], width: padded[1] });
  });

  it('takes another stride', () => {
    expect(paddedSize({ height: 18, width: 17 }, 16)).toEqual({ height: 33, width: 17 });
  });
});

describe('nearestAligned', () => {
  it('goes up or down to the nearest stride·k + 1, never below one step', () => {
    const nearest = (height: number, width: number) => nearestAligned({ height, width }, 32);
    expect(nearest(48, 50)).toEqual({ height: 33, width: 65 });
    expect(nearest(-5, 321)).toEqual({ height: 33, width: 321 });
  });
});
