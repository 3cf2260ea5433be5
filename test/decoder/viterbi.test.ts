import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumericError, ShapeError } from '../../lib/errors.js';
import { viterbi } from '../../lib/decoder/viterbi.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { compareWeighedPaths, weighAllPaths } from '../helpers/brute-force-paths.js';
import { paperPaths, pathProblems } from '../helpers/path-problems.js';

describe('viterbi', () => {
  it('finds the path that trying all paths finds, on any trellis, ties included', () => {
    fc.assert(
      fc.property(pathProblems, ({ size, arrows }) => {
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

  it('finds the best of the 75,025 paths of the paper', () => {
    const { trellis, arrows, all } = paperPaths();
    expect(all).toHaveLength(75_025);
    expect(viterbi(trellis, arrows)).toMatchObject(all[0]);
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
    expect(() => viterbi(trellis, [0])).toThrow(
      'viterbi: expected 2 log probabilities, one per arrow, got 1',
    );
    for (const value of [NaN, Infinity]) {
      expect(() => viterbi(trellis, [0, value])).toThrow(
        `viterbi: expected arrow 1 to have a log probability below Infinity, got ${value}`,
      );
    }
    expect(() => viterbi(trellis, [-Infinity, -Infinity])).toThrow(
      'viterbi: expected a path of positive probability, got -Infinity on every path',
    );
  });
});
