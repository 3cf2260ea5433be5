import { describe, expect, it } from 'vitest';
import {
  addClassCounts,
  mostFrequentClassBaseline,
  PositionBaseline,
} from '../../lib/metrics/baseline.js';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { scores } from '../../lib/metrics/scores.js';

describe('mostFrequentClassBaseline', () => {
  it('predicts the most frequent training class everywhere', () => {
    const result = scores(mostFrequentClassBaseline([1, 5, 2, 0], [2, 6, 2, 0]));
    expect(result.iou).toEqual([0, 0.6, 0, NaN]);
    expect(result.meanIou).toBeCloseTo(0.2, 15);
    expect(result.pixelAccuracy).toBe(0.6);
  });

  it('equals a prediction made and counted pixel by pixel', () => {
    const label = Uint8Array.of(0, 1, 1, 255, 2, 1);
    const counts = new Float64Array(3);
    addClassCounts(counts, label);
    expect([...counts]).toEqual([1, 3, 1]);
    const matrix = new ConfusionMatrix(3);
    matrix.add(new Uint8Array(6).fill(1), label);
    expect(mostFrequentClassBaseline(counts, counts).toJSON()).toEqual(matrix.toJSON());
  });

  it('refuses counts of different numbers of classes, and labels that are no class', () => {
    expect(() => mostFrequentClassBaseline([1], [1, 2])).toThrow('counts of 1 classes, got 2');
    expect(() => {
      addClassCounts(new Float64Array(2), Uint8Array.of(0, 7));
    }).toThrow('expected labels 0 to 1 or 255 (ignore), got 7 at pixel 1');
    expect(() => {
      addClassCounts(new Float64Array(2), Uint8Array.of(2));
    }).toThrow('got 2 at pixel 0');
  });

  it('takes the first of equally frequent classes', () => {
    const { counts } = mostFrequentClassBaseline([1, 3, 3], [5, 0, 0]);
    expect([...counts.subarray(0, 3)]).toEqual([0, 5, 0]);
  });
});

describe('PositionBaseline', () => {
  it('predicts the majority of each cell, and the overall majority where there are no labels', () => {
    const baseline = new PositionBaseline(3, { rows: 2, columns: 2 });
    // oxfmt-ignore
    baseline.add(Uint8Array.of(
      2, 2, 255, 255,
      2, 1, 255, 255,
      0, 0, 1, 1,
      0, 0, 1, 0,
    ), 4, 4);
    baseline.add(Uint8Array.of(2, 255, 0, 1), 2, 2);
    expect([...baseline.predict(2, 2)]).toEqual([2, 0, 0, 1]);
    expect([...baseline.predict(2, 4)]).toEqual([2, 2, 0, 0, 0, 0, 1, 1]);
    expect([...baseline.predict(1, 1)]).toEqual([2]);
  });

  it('gives a cell without labels the class that is most frequent over all cells', () => {
    const baseline = new PositionBaseline(3, { rows: 2, columns: 2 });
    baseline.add(Uint8Array.of(0, 2, 2, 255), 2, 2);
    expect([...baseline.predict(2, 2)]).toEqual([0, 2, 2, 2]);
  });

  it('knows the training image itself when every pixel is a cell', () => {
    const label = Uint8Array.of(0, 1, 2, 1, 0, 2);
    const baseline = new PositionBaseline(3, { rows: 2, columns: 3 });
    baseline.add(label, 2, 3);
    expect([...baseline.predict(2, 3)]).toEqual([...label]);
  });

  it('refuses a label map of another size, a label that is no class and an empty grid', () => {
    const baseline = new PositionBaseline(2);
    expect(() => {
      baseline.add(Uint8Array.of(0, 1), 2, 2);
    }).toThrow('expected 2 x 2 labels, got 2');
    expect(() => {
      baseline.add(Int32Array.of(0, 1, 1, -3), 2, 2);
    }).toThrow(
      'PositionBaseline: expected labels 0 to 1 or 255 (ignore), got -3 at row 1, column 1',
    );
    expect(() => {
      baseline.add(Int32Array.of(2), 1, 1);
    }).toThrow('got 2 at row 0, column 0');
    expect(() => new PositionBaseline(2, { rows: 0, columns: 2 })).toThrow(
      'PositionBaseline: expected numbers of classes, rows and columns that are whole and above 0, ' +
        'got 2, 0, 2',
    );
  });
});
