import { describe, expect, it } from 'vitest';
import { CASES } from './cases.js';
import { growthOf } from './growth.js';
import { skippedRow, type Row } from './row.js';

/** A row for each case of a series, with the time that `time` gives for its size. */
function measured(series: string, time: (size: number) => number): Row[] {
  return CASES.filter(({ growth }) => growth?.series === series).map((entry) => ({
    ...skippedRow(entry, 'compiled', ''),
    medianMs: time(entry.growth!.size),
    skipped: null,
  }));
}

describe('growthOf', () => {
  it('finds that time in proportion to pixels has exponent 1', () => {
    const [growth] = growthOf(
      CASES,
      measured('pixels', (pixels) => pixels / 50),
    );
    expect(growth.series).toBe('pixels');
    expect(growth.exponent).toBeCloseTo(1, 10);
    expect(growth.line.slope).toBeCloseTo(0.02, 10);
    expect(growth.points.map(({ size }) => size)).toEqual([65 ** 2, 129 ** 2, 193 ** 2, 257 ** 2]);
    growth.points.forEach(({ perUnitUs }) => {
      expect(perUnitUs).toBeCloseTo(20, 10);
    });
  });

  it('tells the series apart and leaves out what was not measured', () => {
    const rows = [
      ...measured('batch', (images) => 7 * images ** 2),
      ...measured('pixels', () => 1),
    ];
    const skipped = rows.map((row) =>
      row.name === 'growth-batch-8' ? { ...row, medianMs: null } : row,
    );
    const growth = growthOf(CASES, skipped);
    expect(growth.map(({ series }) => series)).toEqual(['pixels', 'batch']);
    expect(growth[0].exponent).toBeCloseTo(0, 10);
    expect(growth[1].exponent).toBeCloseTo(2, 10);
    expect(growth[1].points).toHaveLength(3);
  });

  it('has nothing to say of fewer than two points', () => {
    expect(growthOf(CASES, measured('pixels', () => 1).slice(0, 1))).toEqual([]);
  });
});
