import { describe, expect, it } from 'vitest';
import { constant, cosine, perEpoch, poly, warmUp } from '../../lib/optimizer/schedule.js';

describe('cosine', () => {
  const search = (step: number) => cosine({ initial: 0.025, final: 0.001, steps: 40 })(step);

  it('starts at the initial value, is half way in the middle and ends exactly at the floor', () => {
    expect(search(0)).toBeCloseTo(0.025, 15);
    expect(search(20)).toBeCloseTo(0.013, 15);
    expect(search(40)).toBe(0.001);
    expect(search(41)).toBe(0.001);
  });

  it('agrees with the value at a third worked out by hand', () => {
    // cos(π / 3) = 1/2, so a quarter of the way down: 0.025 − 0.024 / 4.
    expect(cosine({ initial: 0.025, final: 0.001, steps: 30 })(10)).toBeCloseTo(0.019, 12);
  });

  it('never rises', () => {
    for (let epoch = 0; epoch < 40; epoch++) {
      expect(search(epoch + 1)).toBeLessThan(search(epoch));
    }
  });

  it('steps once per epoch within perEpoch', () => {
    const schedule = perEpoch(search, 100);
    expect(schedule(99)).toBe(search(0));
    expect(schedule(100)).toBe(search(1));
    expect(schedule(3999)).toBe(search(39));
    expect(schedule(4000)).toBe(0.001);
  });
});

describe('poly', () => {
  it('follows 0.05 (1 − t/T)^0.9 to exactly 0', () => {
    const schedule = poly({ initial: 0.05, steps: 1000 });
    expect(schedule(0)).toBe(0.05);
    expect(schedule(500)).toBeCloseTo(0.05 * 0.5358867312681466, 12);
    expect(schedule(1000)).toBe(0);
    expect(schedule(2000)).toBe(0);
  });

  it('ends at the given final value', () => {
    expect(poly({ initial: 1, final: 0.5, power: 1, steps: 4 })(1)).toBe(0.875);
    expect(poly({ initial: 1, final: 0.5, steps: 4 })(4)).toBe(0.5);
  });
});

describe('warmUp', () => {
  const schedule = (step: number) => poly({ initial: 1, steps: 10, power: 1 })(step);

  it('rises in a line and meets the schedule', () => {
    const warm = warmUp(schedule, { steps: 5 });
    expect([0, 1, 4, 5, 6].map(warm)).toEqual([0, 0.1, 0.4, 0.5, 0.4]);
  });

  it('rises from a value above 0', () => {
    // 0.25 + (0.5 − 0.25) · t / 5 up to the schedule's 0.5.
    const warm = warmUp(schedule, { steps: 5, from: 0.25 });
    [0.25, 0.3, 0.35, 0.4, 0.45, 0.5].forEach((value, step) => {
      expect(warm(step)).toBeCloseTo(value, 12);
    });
  });

  it('can hold a small rate', () => {
    const warm = warmUp(constant(3), { steps: 2, from: 0.25, shape: 'constant' });
    expect([0, 1, 2].map(warm)).toEqual([0.25, 0.25, 3]);
  });

  it('holds a constant in front of a schedule that has come to 0 by then', () => {
    const warm = warmUp(schedule, { steps: 10, from: 0.25, shape: 'constant' });
    expect([9, 10].map(warm)).toEqual([0.25, 0]);
  });

  it.each([0, -1, NaN, Infinity])('refuses to hold %d', (from) => {
    expect(() => warmUp(constant(3), { steps: 2, from, shape: 'constant' })).toThrow(
      `warmUp: expected a constant above 0 as from, got ${from}; it would train nothing`,
    );
  });

  it('refuses a schedule that is 0 at the end of the warm-up, and a start that is no number', () => {
    expect(() => warmUp(schedule, { steps: 10 })).toThrow(
      'warmUp: expected a schedule above 0 after the 10 steps of warm-up, got 0 (from 0); lower its steps',
    );
    for (const from of [-1, NaN, Infinity]) {
      expect(() => warmUp(schedule, { steps: 5, from })).toThrow(`got 0.5 (from ${from})`);
    }
  });
});

describe('all schedules', () => {
  it.each([0, -1, NaN, Infinity])('refuse %d steps', (steps) => {
    expect(() => cosine({ initial: 1, final: 0, steps })).toThrow(/cosine: expected a number/);
    expect(() => poly({ initial: 1, steps })).toThrow(/poly: expected a number/);
    expect(() => perEpoch(constant(1), steps)).toThrow(/perEpoch: expected a number/);
    expect(() => warmUp(constant(1), { steps })).toThrow(/warmUp: expected a number/);
  });

  it('refuse ends below 0, endless ones and two zeros', () => {
    for (const [initial, final] of [
      [-1, 2],
      [2, -1],
      [NaN, 1],
      [1, NaN],
      [Infinity, 1],
      [1, Infinity],
      [0, 0],
    ]) {
      const message =
        `: expected values of 0 or more, not both 0, got ${initial} and ${final}; ` +
        'a schedule of zeros would train nothing';
      expect(() => cosine({ initial, final, steps: 4 })).toThrow(`cosine${message}`);
      expect(() => poly({ initial, final, steps: 4 })).toThrow(`poly${message}`);
    }
  });

  it('take 0 at one end, and equal ends', () => {
    expect(cosine({ initial: 0, final: 1, steps: 2 })(0)).toBe(0);
    expect(cosine({ initial: 1, final: 0, steps: 2 })(2)).toBe(0);
    expect(cosine({ initial: 0.5, final: 0.5, steps: 2 })(1)).toBe(0.5);
  });

  it.each([0, -1, NaN, Infinity])('refuse the power %d', (power) => {
    expect(() => poly({ initial: 1, steps: 4, power })).toThrow(
      `poly: expected a power above 0, got ${power}`,
    );
  });
});
