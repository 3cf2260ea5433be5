import { describe, expect, it } from 'vitest';
import { holdsSince } from '../../../lib/plot/curves/finding.js';

describe('holdsSince', () => {
  it('finds the first item from which on a condition holds to the end', () => {
    const big = (value: number) => value > 5;
    expect(holdsSince([9, 1, 7, 8], big)).toBe(2);
    expect(holdsSince([9, 8], big)).toBe(0);
    expect(holdsSince([9, 1], big)).toBeUndefined();
    expect(holdsSince([], big)).toBeUndefined();
  });
});
