import { describe, expect, it } from 'vitest';
import { kendall, ranks, spearman } from '../../../lib/study/report/rank-correlation.js';
import { studyStatistics } from './study-statistics.js';

describe('rank correlations', () => {
  it("are SciPy's, with and without ties", () => {
    for (const { x, y, ...expected } of studyStatistics.correlations) {
      const pairs = x.map((value, i) => [value, y[i]] as const);
      expect(ranks(x)).toEqual(expected.ranks);
      expect(spearman(pairs)).toBeCloseTo(expected.spearman, 9);
      expect(kendall(pairs)).toBeCloseTo(expected.kendall, 9);
    }
  });

  it('are undefined where one side has one value only', () => {
    for (const correlation of [spearman, kendall]) {
      expect(correlation([])).toBeUndefined();
      expect(correlation([[1, 2]])).toBeUndefined();
      expect(
        correlation([
          [1, 2],
          [1, 3],
        ]),
      ).toBeUndefined();
    }
  });
});
