import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfusionMatrix } from '../../lib/metrics/confusion-matrix.js';
import { scores } from '../../lib/metrics/scores.js';

interface Case {
  name: string;
  classes: number;
  labels: number[];
  predictions: number[];
  confusionMatrix: number[][];
  sklearn: {
    iou: number[];
    meanIouZero: number;
    frequencyWeightedIou: number;
    pixelAccuracy: number;
    meanAccuracy: number;
  };
  torchmetrics: { meanIou: number; pixelAccuracy: number };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/metrics.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

function matrixOf(counts: number[][]): ConfusionMatrix {
  return ConfusionMatrix.fromJSON({ classes: counts.length, counts });
}

describe('scores', () => {
  it('gives the numbers worked out by hand', () => {
    const result = scores(
      matrixOf([
        [3, 1, 0],
        [2, 4, 0],
        [0, 0, 0],
      ]),
    );
    expect(result.iou).toEqual([3 / 6, 4 / 7, NaN]);
    expect(result.meanIou).toBeCloseTo((3 / 6 + 4 / 7) / 2, 15);
    expect(result.pixelAccuracy).toBe(0.7);
    expect(result.classAccuracy).toEqual([3 / 4, 4 / 6, NaN]);
    expect(result.meanAccuracy).toBeCloseTo((3 / 4 + 4 / 6) / 2, 15);
    expect(result.frequencyWeightedIou).toBeCloseTo(0.4 * (3 / 6) + 0.6 * (4 / 7), 15);
  });

  it('treats a class in neither labels nor predictions as asked', () => {
    const matrix = matrixOf([
      [1, 0],
      [0, 0],
    ]);
    expect(scores(matrix).meanIou).toBe(1);
    expect(scores(matrix, 'zero').meanIou).toBe(0.5);
    expect(scores(matrix, 'undefined').meanIou).toBeNaN();
  });

  it('counts a class that is only predicted with IoU 0, but not in the mean accuracy', () => {
    const result = scores(
      matrixOf([
        [1, 1],
        [0, 0],
      ]),
    );
    expect(result.iou).toEqual([0.5, 0]);
    expect(result.meanIou).toBe(0.25);
    expect(result.meanAccuracy).toBe(0.5);
  });

  it('is undefined when nothing was counted', () => {
    const result = scores(new ConfusionMatrix(3));
    expect([result.meanIou, result.pixelAccuracy, result.meanAccuracy]).toEqual([NaN, NaN, NaN]);
    expect(result.frequencyWeightedIou).toBeNaN();
  });

  it.each(cases)('agrees with scikit-learn and torchmetrics: $name', (c) => {
    const matrix = new ConfusionMatrix(c.classes);
    matrix.add(Int32Array.from(c.predictions), Uint8Array.from(c.labels));
    expect(matrix.toJSON().counts).toEqual(c.confusionMatrix);
    const result = scores(matrix);
    result.iou.forEach((value, k) => {
      expect(Number.isNaN(value) ? 0 : value).toBeCloseTo(c.sklearn.iou[k], 6);
    });
    expect(scores(matrix, 'zero').meanIou).toBeCloseTo(c.sklearn.meanIouZero, 6);
    expect(result.frequencyWeightedIou).toBeCloseTo(c.sklearn.frequencyWeightedIou, 6);
    expect(result.pixelAccuracy).toBeCloseTo(c.sklearn.pixelAccuracy, 6);
    expect(result.meanAccuracy).toBeCloseTo(c.sklearn.meanAccuracy, 6);
    expect(result.meanIou).toBeCloseTo(c.torchmetrics.meanIou, 6);
    expect(result.pixelAccuracy).toBeCloseTo(c.torchmetrics.pixelAccuracy, 6);
  });

  it('does not depend on the order of the classes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }), {
          minLength: 4,
          maxLength: 4,
        }),
        (counts) => {
          const order = [2, 0, 3, 1];
          const permuted = order.map((row) => order.map((column) => counts[row][column]));
          const [a, b] = [scores(matrixOf(counts)), scores(matrixOf(permuted))];
          expect(b.iou).toEqual(order.map((k) => a.iou[k]));
          expect(Number.isNaN(b.meanIou) ? -1 : b.meanIou).toBeCloseTo(
            Number.isNaN(a.meanIou) ? -1 : a.meanIou,
            12,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
