import { describe, expect, it } from 'vitest';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import { ConfusionMatrix } from '../../../lib/metrics/confusion-matrix.js';
import type { Layout } from '../../../lib/plot/figure.js';
import { classIouFigure } from '../../../lib/plot/scores/class-iou.js';
import { confusionFigure, mostConfused } from '../../../lib/plot/scores/confusion.js';
import { costAccuracyFigure } from '../../../lib/plot/scores/cost-accuracy.js';
import { PAPER_TABLE_2 } from '../../../lib/plot/scores/paper-table.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { networkCost } from '../../../lib/segmentation/cost/cost.js';

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

describe('classIouFigure', () => {
  const report = {
    meanIou: 0.5,
    classes: [
      { name: 'road', iou: 0.2, accuracy: 0.5 },
      { name: 'train', iou: null, accuracy: null },
      { name: 'sky', iou: 0.8, accuracy: 0.9 },
    ],
  };
  const other = {
    meanIou: 0.7,
    classes: report.classes.map((entry) => ({ ...entry, iou: 0.7 })),
  };

  it('sorts the classes, absent ones last', () => {
    const { data, layout } = classIouFigure(report);
    expect((layout.yaxis as Layout).ticktext).toEqual(['sky', 'road', 'train']);
    expect(data[0].x).toEqual([0.8, 0.2, 0]);
    expect(data[0].text).toEqual(['80.0 %', '20.0 %', 'absent']);
    expect(JSON.stringify(layout.title)).toContain('1 of 3 classes absent');
  });

  it('keeps the order of the classes, and takes their colours, if asked to', () => {
    const classes = report.classes.map(({ name }, k) => ({ name, color: [k, 0, 255] as const }));
    const { data } = classIouFigure(report, { order: 'class', classes });
    expect(data[0].x).toEqual([0.2, 0, 0.8]);
    expect(data[0].marker).toMatchObject({ color: ['#0000ff', '#0100ff', '#0200ff'] });
  });

  it('sets several networks side by side, in the order of the first', () => {
    const { data } = classIouFigure({ ours: report, other });
    expect(data.map(({ name }) => name)).toEqual(['ours', 'other']);
    expect(data[1].x).toEqual([0.7, 0.7, 0.7]);
  });

  it('shows the mean and what guessing by place gives', () => {
    const score = { meanIou: 0.1, pixelAccuracy: 0.3 };
    const baselines = { frequentClass: { ...score, name: 'sky' }, position: score };
    const { layout } = classIouFigure({ ...report, baselines });
    expect((layout.shapes as Layout[]).map(({ x0 }) => x0)).toEqual([0.5, 0.1]);
  });

  it('refuses reports over different classes', () => {
    const fewer = { ...report, classes: report.classes.slice(1) };
    expect(() => classIouFigure({ a: report, b: fewer })).toThrow(/others in "b"/);
    expect(() => classIouFigure({})).toThrow(ConfigError);
  });
});

describe('costAccuracyFigure', () => {
  it('quotes costs that the library computes to the printed digits', () => {
    for (const [name, filterMultiplier] of [
      ['Auto-DeepLab-S', 20],
      ['Auto-DeepLab-M', 32],
      ['Auto-DeepLab-L', 48],
    ] as const) {
      const { parameters, paperMultiplyAdds } = networkCost({
        architecture: publishedArchitecture,
        filterMultiplier,
        classes: 19,
        height: 1025,
        width: 2049,
      });
      const quoted = PAPER_TABLE_2.find((model) => model.name === name);
      expect((parameters / 1e6).toFixed(2)).toBe(((quoted?.parameters ?? 0) / 1e6).toFixed(2));
      expect(Math.abs(paperMultiplyAdds / (quoted?.multiplyAdds ?? 0) - 1)).toBeLessThan(5e-4);
    }
  });

  it('draws what the paper reports in both plots, marked as quoted', () => {
    const { data } = costAccuracyFigure();
    const quoted = data.filter(({ name }) => name === 'quoted from the paper');
    expect(quoted.map(({ text }) => text)).toEqual([
      ['S', 'M', 'L', 'DeepLabv3+'],
      ['S', 'M', 'L', 'FRRN-A', 'DeepLabv3+'],
    ]);
    expect(quoted[0].x).toEqual([333.25, 460.93, 695.03, 1551.05]);
    expect(data.some(({ name }) => name === 'measured here')).toBe(false);
  });

  it('adds measured networks with their conditions', () => {
    const ours = { name: 'ours', multiplyAdds: 2e9, parameters: 1e6, meanIou: 0.3 };
    const { data, layout } = costAccuracyFigure([{ ...ours, conditions: 'rendered sample' }]);
    const measured = data.filter(({ name }) => name === 'measured here');
    expect(measured.map(({ x, y }) => [x, y])).toEqual([
      [[2], [0.3]],
      [[1], [0.3]],
    ]);
    expect(JSON.stringify(layout.title)).toContain('ours: rendered sample');
    expect(layout.xaxis).toMatchObject({ type: 'log' }); // 2 to 1551
  });

  it('shows the cost of a network whose accuracy nobody measured', () => {
    const ours = { name: 'ours', multiplyAdds: 400e9, parameters: 12e6, meanIou: null };
    const { layout } = costAccuracyFigure([ours]);
    expect((layout.shapes as Layout[]).map(({ x0 }) => x0)).toEqual([400, 12]);
    const texts = (layout.annotations as Layout[]).map(({ text }) => text);
    expect(texts).toEqual(['ours: not measured', 'ours: not measured']);
  });
});
