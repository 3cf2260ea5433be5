import { describe, expect, it } from 'vitest';
import { bandTrace, lineTrace, rectangles, thin } from '../../lib/plot/traces.js';

const series = { name: 'loss', color: '#0072b2', x: [1, 2, 3] };

describe('lineTrace', () => {
  it('marks its points as long as there are few', () => {
    const modeOf = (points: number) => {
      const x = Array.from({ length: points }, (_, i) => i);
      return lineTrace({ ...series, x, y: x }).mode;
    };
    expect([60, 61].map(modeOf)).toEqual(['lines+markers', 'lines']);
  });

  it('takes further fields, which win', () => {
    const trace = lineTrace({ ...series, y: [4, 5, 6] }, { mode: 'lines', yaxis: 'y2' });
    expect(trace).toMatchObject({ x: [1, 2, 3], y: [4, 5, 6], mode: 'lines', yaxis: 'y2' });
  });
});

describe('bandTrace', () => {
  it('goes along the upper line and back along the lower one', () => {
    const low = [0, 1, 2];
    const { x, y } = bandTrace(series, [low, [7, 8, 9]]);
    expect(x).toEqual([1, 2, 3, 3, 2, 1]);
    expect(y).toEqual([7, 8, 9, 2, 1, 0]);
    expect(low).toEqual([0, 1, 2]);
  });
});

describe('rectangles', () => {
  it('goes around each point and comes back to where it began', () => {
    expect(rectangles([[10, 20]], 1, 2)).toEqual([
      [9, 11, 11, 9, 9, null],
      [18, 18, 22, 22, 18, null],
    ]);
  });
});

describe('thin', () => {
  it('spreads evenly and keeps both ends', () => {
    expect(thin([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(thin([1, 2], 3)).toEqual([1, 2]);
  });
});
