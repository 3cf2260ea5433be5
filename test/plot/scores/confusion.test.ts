import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../lib/errors.js';
import { ConfusionMatrix } from '../../../lib/metrics/confusion-matrix.js';
import type { Layout } from '../../../lib/plot/figure.js';
import { confusionFigure, mostConfused } from '../../../lib/plot/scores/confusion.js';

const names = (count: number) => Array.from({ length: count }, (_, k) => ({ name: `class ${k}` }));

describe('confusionFigure', () => {
  const matrix = new ConfusionMatrix(3);
  matrix.add(Uint8Array.of(0, 0, 0, 1, 1, 0), Uint8Array.of(0, 0, 0, 0, 1, 255));

  it('has rows that sum to 1, and an empty row for a class without labels', () => {
    const { data } = confusionFigure(matrix, { classes: names(3) });
    expect(data[0].z).toEqual([
      [0.75, 0.25, 0],
      [0, 1, 0],
      [null, null, null],
    ]);
  });

  it('takes the document of a report', () => {
    const classes = names(3);
    expect(confusionFigure(matrix.toJSON(), { classes })).toEqual(
      confusionFigure(matrix, { classes }),
    );
  });

  it('has the first class at the top left, and percentages in its cells', () => {
    const { layout } = confusionFigure(matrix, { classes: names(3) });
    expect((layout.yaxis as Layout).range).toEqual([2.5, -0.5]);
    const texts = (layout.annotations as Layout[]).map(({ x, y, text }) => [x, y, text]);
    expect(texts).toEqual([
      [0, 0, '75'],
      [1, 0, '25'],
      [1, 1, '100'],
    ]);
  });

  it('names every class of 2 to 150, in letters that fit their row', () => {
    for (const count of [2, 19, 21, 150]) {
      const counts = names(count).map((_, i) => names(count).map((__, j) => (i === j ? 9 : 1)));
      const { layout } = confusionFigure({ classes: count, counts }, { classes: names(count) });
      const { height, margin, yaxis } = layout as Record<string, Record<string, unknown>> & {
        height: number;
        margin: { t: number; b: number };
      };
      const row = (height - margin.t - margin.b) / count;
      expect(yaxis.ticktext).toHaveLength(count);
      expect((yaxis.tickfont as { size: number }).size).toBeLessThanOrEqual(row);
      expect(height).toBeLessThan(1700);
    }
  });

  it('lists the pairs that are confused most, by pixels', () => {
    const counts = [
      [5, 4, 1],
      [0, 5, 0],
      [9, 0, 91],
    ];
    const classes = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    expect(mostConfused({ classes: 3, counts }, { classes }, 2)).toEqual([
      { label: 'c', prediction: 'a', pixels: 9, share: 0.09 },
      { label: 'a', prediction: 'b', pixels: 4, share: 0.4 },
    ]);
  });

  it('needs one name a class', () => {
    expect(() => confusionFigure(matrix, { classes: names(2) })).toThrow(ShapeError);
  });
});
