import { describe, expect, it } from 'vitest';
import { StepMeans } from '../../../lib/plot/monitor/step-means.js';

describe('StepMeans', () => {
  it('keeps every value while they fit, then means over equally many', () => {
    const means = new StepMeans(4);
    for (let step = 1; step <= 4; step++) {
      means.add(step, step);
    }
    expect(means.means()).toHaveLength(4);
    for (let step = 5; step <= 8; step++) {
      means.add(step, step);
    }
    expect(means.means()).toEqual([
      { step: 2, mean: 1.5 },
      { step: 4, mean: 3.5 },
      { step: 6, mean: 5.5 },
      { step: 8, mean: 7.5 },
    ]);
  });

  it('stays small over a long run, without losing a value', () => {
    const means = new StepMeans(400);
    for (let step = 1; step <= 100_000; step++) {
      means.add(step, step % 2);
    }
    expect(means.means().length).toBeLessThanOrEqual(400);
    expect(means.means().length).toBeGreaterThan(190);
    for (const { mean } of means.means()) {
      expect(mean).toBeCloseTo(0.5, 1);
    }
  });

  it('leaves out what is not finite', () => {
    const means = new StepMeans(4);
    means.add(1, NaN);
    expect(means.means()).toEqual([]);
  });
});
