import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import type { Layout } from '../../../lib/plot/figure.js';
import { classIouFigure } from '../../../lib/plot/scores/class-iou.js';

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

  it('writes no score where there is none, and 0 where it is 0', () => {
    const classes = [
      { name: 'road', iou: NaN, accuracy: null },
      { name: 'sky', iou: 0, accuracy: 0 },
    ];
    const nothing = JSON.stringify(classIouFigure({ meanIou: NaN, classes }));
    expect(nothing).toContain('nothing scored');
    expect(nothing).toContain('"absent"');
    expect(nothing).not.toContain('NaN');
    expect(nothing).toContain('"0.0 %"');
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
    const [road, ...others] = report.classes;
    const joined = { ...report, classes: [{ ...road, name: 'road,train' }, others[1]] };
    expect(() => classIouFigure({ a: report, b: joined })).toThrow(/others in "b"/);
    expect(() => classIouFigure({})).toThrow(ConfigError);
  });
});
