import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, NumericError, ShapeError } from '../../lib/errors.js';
import { kBestPaths } from '../../lib/decoder/k-best.js';
import { normalizeBeta } from '../../lib/architecture/normalize-beta.js';
import { viterbi } from '../../lib/decoder/viterbi.js';
import { Random } from '../../lib/random.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { compareWeighedPaths, weighAllPaths } from '../helpers/brute-force-paths.js';

// Multiples of 1/4 add without rounding, so that equal sums are equal and ties are tested too.
const logProbability = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -12, max: 0 }).map((n) => n / 4) },
  { weight: 1, arbitrary: fc.constant(-Infinity) },
);
const problem = fc
  .record({ layers: fc.integer({ min: 1, max: 6 }), levels: fc.integer({ min: 1, max: 5 }) })
  .chain((size) => {
    const length = createTrellis(size).arrows.length;
    const arrows = fc.array(logProbability, { minLength: length, maxLength: length });
    return fc.record({ size: fc.constant(size), arrows });
  });

describe('viterbi', () => {
  it('finds the path that trying all paths finds, on any trellis, ties included', () => {
    fc.assert(
      fc.property(problem, ({ size, arrows }) => {
        const [best] = weighAllPaths(arrows, size.layers, size.levels).sort(compareWeighedPaths);
        const trellis = createTrellis(size);
        if (best.logProbability === -Infinity) {
          expect(() => viterbi(trellis, arrows)).toThrow(NumericError);
        } else {
          const { path, logProbability } = viterbi(trellis, arrows);
          expect({ path, logProbability }).toEqual(best);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds the best of the 75,025 paths of the paper, and so does the k-best search', () => {
    const random = new Random(7).fork('beta');
    const trellis = createTrellis({ layers: 12 });
    const beta = Float64Array.from({ length: 105 }, () => random.normal());
    const arrows = normalizeBeta(beta, trellis);
    const all = weighAllPaths(arrows, 12).sort(compareWeighedPaths);
    expect(all).toHaveLength(75_025);
    expect(viterbi(trellis, arrows)).toMatchObject(all[0]);
    expect(kBestPaths(trellis, arrows, 200)).toMatchObject(all.slice(0, 200));
    // Probabilities of all paths sum to 1, because each node's arrows do.
    expect(all.reduce((sum, { logProbability: p }) => sum + Math.exp(p), 0)).toBeCloseTo(1, 10);
  });

  it('reports the scores and predecessors of a case worked out by hand', () => {
    // Arrows: 0→0, 0→1 | 0→0, 0→1, 1→0, 1→1, 1→2.
    const trellis = createTrellis({ layers: 2 });
    const result = viterbi(trellis, [-3, -1, 0, -1, -1, -3, -2]);
    expect([...result.scores]).toEqual([0, -3, -1, -2, -4, -3]);
    expect([...result.predecessors]).toEqual([-1, 0, 0, 1, 0, 1]);
    expect(result.path).toEqual([1, 0]);
    expect(result.logProbability).toBe(-2);
  });

  it('prefers the finer resolution where the paths first differ, if they are equal', () => {
    const trellis = createTrellis({ layers: 4 });
    expect(viterbi(trellis, new Float64Array(25)).path).toEqual([0, 0, 0, 0]);
    const backwards = new Float64Array(25);
    backwards[0] = -1; // 0→0 into layer 1 costs, so layer 1 is at stride 8
    expect(viterbi(trellis, backwards).path).toEqual([1, 0, 0, 0]);
  });

  it('takes long trellises', () => {
    const trellis = createTrellis({ layers: 3000 });
    const arrows = trellis.arrows.map(({ to }) => (to === 3 ? -1 : -2));
    expect(viterbi(trellis, arrows).logProbability).toBe(-2 * 2 - 2998);
  });

  it('refuses wrong lengths and numbers that cannot be added', () => {
    const trellis = createTrellis({ layers: 1 });
    expect(() => viterbi(trellis, [0])).toThrow(ShapeError);
    expect(() => viterbi(trellis, [0, NaN])).toThrow('viterbi: expected arrow 1');
    expect(() => viterbi(trellis, [-Infinity, -Infinity])).toThrow(
      'viterbi: expected a path of positive probability, got -Infinity on every path',
    );
  });
});

describe('kBestPaths', () => {
  it('lists the paths that sorting all paths gives, distinct and in order', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 1, max: 40 }), ({ size, arrows }, k) => {
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
});
