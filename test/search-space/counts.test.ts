import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { countCells, countPaths } from '../../lib/search-space/counts.js';
import { allPaths } from '../helpers/brute-force-paths.js';

describe('countPaths', () => {
  it('gives 75,025 for 12 layers, and 28,657 counting as the paper does', () => {
    expect(countPaths(12)).toBe(75_025n);
    expect(countPaths(12, { counting: 'paper' })).toBe(28_657n);
    expect(countPaths(11)).toBe(28_657n);
  });

  it('equals the number of paths found by enumeration', () => {
    for (let layers = 1; layers <= 8; layers++) {
      for (const levels of [1, 2, 3, 4, 5]) {
        expect(countPaths(layers, { levels })).toBe(BigInt(allPaths(layers, levels).length));
      }
    }
  });

  it('is exact beyond 2^53', () => {
    // Four levels give every second Fibonacci number: F(2n + 1) for n layers.
    let [a, b] = [1n, 1n];
    for (let i = 0; i < 400; i++) {
      [a, b] = [b, a + b];
    }
    expect(countPaths(200)).toBe(a);
  });

  it('counts one path in the paper’s way for a single layer', () => {
    expect(countPaths(1, { counting: 'paper' })).toBe(1n);
  });

  it('refuses sizes that cannot be', () => {
    expect(() => countPaths(0)).toThrow('countPaths layers: expected a positive integer, got 0');
    expect(() => countPaths(2, { levels: -1 })).toThrow(ConfigError);
    expect(() => countPaths(2, { levels: 0 })).toThrow(
      'countPaths levels: expected a positive integer, got 0',
    );
  });
});

describe('countCells', () => {
  it("gives the paper's 5.6 · 10¹⁴ for 5 blocks", () => {
    expect(countCells(5)).toBe(556_627_761_561_600n);
  });

  it('equals the number of 5-tuples found by enumeration', () => {
    const choices = (block: number) => {
      let count = 0;
      for (let first = 0; first <= block; first++) {
        for (let second = 0; second <= block; second++) {
          for (let operations = 0; operations < 8 * 8; operations++) {
            count++;
          }
        }
      }
      return count;
    };
    expect(countCells(1)).toBe(BigInt(choices(1)));
    expect(countCells(3)).toBe(BigInt(choices(1) * choices(2) * choices(3)));
  });

  it('grows with the square of the number of operations in every block', () => {
    expect(countCells(5, 9) * 8n ** 10n).toBe(countCells(5) * 9n ** 10n);
    expect(countCells(1, 4)).toBe(BigInt(2 * 2 * 4 * 4));
  });

  it('refuses sizes that cannot be', () => {
    expect(() => countCells(1.5)).toThrow(
      'countCells blocks: expected a positive integer, got 1.5',
    );
    expect(() => countCells(1, 0)).toThrow(
      'countCells operations: expected a positive integer, got 0',
    );
  });
});
