import { describe, expect, it } from 'vitest';
import { randomisationTest } from '../../../lib/study/report/randomisation.js';
import { Random } from '../../../lib/random.js';
import { studyStatistics } from './study-statistics.js';

describe('randomisationTest', () => {
  it('is the share of all assignments whose difference is as large', () => {
    for (const { draws, probability } of studyStatistics.randomisation) {
      expect(randomisationTest(draws)).toBeCloseTo(probability, 9);
    }
  });

  it('draws assignments where there are too many, and comes close', () => {
    const random = new Random(3);
    const draws = Array.from({ length: 9 }, () => ({
      found: 0.3 + random.normal(),
      others: [random.normal(), random.normal(), random.normal()],
    }));
    const counted = randomisationTest(draws.slice(0, 8)) ?? NaN;
    const drawn = randomisationTest([...draws.slice(0, 8), { found: 0, others: [0, 0, 0] }]) ?? NaN;
    expect(drawn).toBeCloseTo(counted, 2);
  });

  it('is undefined without others, and leaves searches out that have none', () => {
    expect(randomisationTest([])).toBeUndefined();
    expect(randomisationTest([{ found: 1, others: [] }])).toBeUndefined();
    const draw = { found: 1, others: [0.5, 0.2] };
    expect(randomisationTest([draw, { found: 0, others: [] }])).toBeCloseTo(1 / 3, 9);
  });
});
