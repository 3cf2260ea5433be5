import { describe, expect, it } from 'vitest';
import type { Frontier } from '../../../lib/budget/frontier.js';
import { frontierFigure } from '../../../lib/plot/search-space/frontier-figure.js';

const genotype = {
  blocks: [
    {
      left: { input: 0, operation: 'skip_connect' },
      right: { input: 1, operation: 'sep_conv_3x3' },
    },
  ],
};

const frontier: Frontier = {
  resource: 'parameters',
  points: [
    { path: [0, 1], genotype, logProbability: -2, cost: 3_000_000 },
    { path: [0, 0], genotype, logProbability: -3.5, cost: 1_250_000 },
  ],
};

describe('frontierFigure', () => {
  const { data, layout } = frontierFigure(frontier, { limit: 2e6 });

  it('draws the points from the cheapest on, as steps that go up where one begins', () => {
    const [line, points] = data;
    expect(line).toMatchObject({ x: [1.25, 3], y: [-3.5, -2], line: { shape: 'hv' } });
    expect(points).toMatchObject({ x: [1.25, 3], y: [-3.5, -2] });
    expect(layout.xaxis).toMatchObject({ title: { text: 'parameters, million' } });
  });

  it('says what a point is', () => {
    const [cheapest] = data[1].text as string[];
    expect(cheapest.split('<br>')).toEqual([
      '<b>1,250,000</b>',
      'log probability -3.5, 1.5 nats below the best',
      'strides 4 4',
      '0: skip, 1: sep 3×3',
    ]);
  });

  it('marks the limit, if there is one', () => {
    expect(layout.shapes).toMatchObject([{ x0: 2, x1: 2 }]);
    expect(layout.annotations).toMatchObject([{ text: 'limit 2,000,000' }]);
    expect(frontierFigure(frontier).layout.shapes).toBeUndefined();
  });
});
