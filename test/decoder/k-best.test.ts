import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, NumericError, ShapeError } from '../../lib/errors.js';
import { kBestPaths } from '../../lib/decoder/k-best.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { compareWeighedPaths, weighAllPaths } from '../helpers/brute-force-paths.js';
import { paperPaths, pathProblems } from '../helpers/path-problems.js';

describe('kBestPaths', () => {
  it('lists the paths that sorting all paths gives, distinct and in order', () => {
    fc.assert(
      fc.property(pathProblems, fc.integer({ min: 1, max: 40 }), ({ size, arrows }, k) => {
        const trellis = createTrellis(size);
        const expected = weighAllPaths(arrows, size.layers, size.levels)
          .filter((path) => path.logProbability > -Infinity)
          .sort(compareWeighedPaths)
          .slice(0, k);
        if (expected.length === 0) {
          expect(() => kBestPaths(trellis, arrows, k)).toThrow(NumericError);
          return;
        }
        const found = kBestPaths(trellis, arrows, k);
        expect(found.map(({ path, logProbability }) => ({ path, logProbability }))).toEqual(
          expected,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('lists the best 200 of the 75,025 paths of the paper', () => {
    const { trellis, arrows, all } = paperPaths();
    expect(kBestPaths(trellis, arrows, 200)).toMatchObject(all.slice(0, 200));
    // Probabilities of all paths sum to 1, because each node's arrows do.
    expect(all.reduce((sum, { logProbability: p }) => sum + Math.exp(p), 0)).toBeCloseTo(1, 10);
  });

  it('gives all paths where k is larger than their number', () => {
    const trellis = createTrellis({ layers: 3 });
    const paths = kBestPaths(trellis, new Float64Array(15), 1000).map(({ path }) => path.join(''));
    expect(new Set(paths).size).toBe(13);
    expect(paths).toEqual([...paths].sort());
  });

  it('gives margins to the best in log probability, and probabilities', () => {
    const [first, second] = kBestPaths(createTrellis({ layers: 1 }), [-2, -0.5], 2);
    expect(first).toMatchObject({ path: [1], logMargin: 0, probability: Math.exp(-0.5) });
    expect(second).toMatchObject({ path: [0], logMargin: 1.5, probability: Math.exp(-2) });
  });

  it('refuses a k that is not a positive integer', () => {
    const trellis = createTrellis({ layers: 1 });
    expect(() => kBestPaths(trellis, [0, 0], 0)).toThrow(ConfigError);
    expect(() => kBestPaths(trellis, [0, 0], 1.5)).toThrow('k: expected a positive integer');
  });

  it('refuses a wrong number of log probabilities, and a trellis without a way', () => {
    const trellis = createTrellis({ layers: 1 });
    expect(() => kBestPaths(trellis, [0], 1)).toThrow(ShapeError);
    expect(() => kBestPaths(trellis, [-Infinity, -Infinity], 1)).toThrow(
      'kBestPaths: expected a path of positive probability, got -Infinity on every path',
    );
  });
});
