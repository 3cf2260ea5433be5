import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../lib/plot/figure.js';
import { costAccuracyFigure } from '../../../lib/plot/scores/cost-accuracy.js';
import { PAPER_TABLE_2 } from '../../../lib/plot/scores/paper-table.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { networkCost } from '../../../lib/segmentation/cost/cost.js';

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
