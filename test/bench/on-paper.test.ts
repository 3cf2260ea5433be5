import { describe, expect, it } from 'vitest';
import { measuredOf, networkSeconds, onPaper, speedUp } from './replicas/on-paper.js';
import type { ReplicaRow } from './replicas/row.js';

// 10 million parameters are 40 MB = 0.32 Gbit; a step of 0.64 s.
const measured = { stepSeconds: 0.64, bytes: 40e6 };

describe('more machines on paper', () => {
  it('send in a ring what does not grow with them, and through a chief what does', () => {
    const seconds = (how: 'ring' | 'chief') =>
      [1, 2, 4, 16].map((machines) => networkSeconds(how, machines, 40e6, 1e9));
    // By hand: 2 (K − 1) / K · 0.32 s, and 2 (K − 1) · 0.32 s.
    expect(seconds('ring').map((x) => x.toFixed(3))).toEqual(['0.000', '0.320', '0.480', '0.600']);
    expect(seconds('chief').map((x) => x.toFixed(3))).toEqual(['0.000', '0.640', '1.920', '9.600']);
  });

  it('are as many times as fast as their steps are not longer', () => {
    expect(speedUp('ring', 1, measured, 1e9)).toBe(1);
    expect(speedUp('ring', 2, measured, 1e9)).toBeCloseTo(2 * (0.64 / 0.96), 12);
    expect(speedUp('chief', 2, measured, 1e9)).toBeCloseTo(1, 12);
    expect(speedUp('chief', 16, measured, 1e9)).toBeCloseTo(1, 12);
    expect(speedUp('ring', 16, measured, 100e9)).toBeCloseTo(16 * (0.64 / 0.646), 12);
  });

  it('follow from rows of a measurement', () => {
    const row = (place: string, medianSeconds: number | null, bytes: number | null): ReplicaRow => {
      return { work: 'w', place, openSeconds: 1, medianSeconds, leastSeconds: null, bytes };
    };
    const rows = [row('one device', 0.64, 0), row('two processes', 1, 90e6), row('ring', 1, 80e6)];
    expect(measuredOf(rows, 'w')).toEqual(measured);
    expect(measuredOf(rows, 'v')).toBeUndefined();
    expect(
      measuredOf([row('one device', null, null), row('ring', null, null)], 'w'),
    ).toBeUndefined();
  });

  it('make a table', () => {
    const lines = onPaper(measured).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^\| machines \| 1 Gbit\/s: ring \| chief \| 10 Gbit\/s: ring \|/);
    expect(lines[3]).toBe('| 2 | 1.3 | 1.0 | 1.9 | 1.8 | 2.0 | 2.0 |');
  });
});
