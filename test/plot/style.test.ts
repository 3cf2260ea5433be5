import { describe, expect, it } from 'vitest';
import type { Figure } from '../../lib/plot/figure.js';
import {
  colors,
  colorTable,
  recolor,
  seriesColors,
  sequentialScale,
  styleFigure,
  THEMES,
  themeColors,
  withOpacity,
} from '../../lib/plot/style.js';
import { distance, lightness, NO_DEFICIENCY, simulate, VISIONS } from '../helpers/color-vision.js';

const FIGURE: Figure = {
  data: [
    {
      type: 'scatter',
      x: [1, 2],
      y: new Float32Array([3, 4]),
      marker: { color: colors.blue, size: [4, 5], colorscale: sequentialScale },
      fillcolor: withOpacity(colors.green, 0.25),
      text: [`<span style="color:${colors.muted}">0.5</span>`, '#804080'],
    },
  ],
  layout: { title: { text: 'A title' }, paper_bgcolor: colors.paper },
};

describe('styleFigure', () => {
  it('makes a title of text one that plotly.js shows', () => {
    const { layout } = styleFigure({ data: [], layout: { title: 'Plain' } });
    expect(layout.title).toEqual({ text: 'Plain' });
  });

  it('replaces the light colours by the dark ones wherever they stand', () => {
    const dark = themeColors('dark');
    const { data, layout } = styleFigure(FIGURE, { theme: 'dark' });
    const marker = data[0].marker as { color: string; colorscale: [number, string][] };
    expect(marker.color).toBe(dark.blue);
    expect(marker.colorscale.map(([place]) => place)).toEqual(
      sequentialScale.map(([place]) => place),
    );
    expect(lightness(marker.colorscale[0][1])).toBeLessThan(20);
    expect(data[0].fillcolor).toBe('rgba(15, 208, 150, 0.25)');
    expect(data[0].text).toEqual([`<span style="color:${dark.muted}">0.5</span>`, '#804080']);
    expect(layout.paper_bgcolor).toBe(dark.paper);
  });

  it('comes back to the light figure from the dark one', () => {
    const light = styleFigure(FIGURE, { theme: 'light' });
    expect(styleFigure(styleFigure(FIGURE, { theme: 'dark' }), { theme: 'light' })).toEqual(light);
  });

  it('leaves the given figure and its numbers alone', () => {
    const before = structuredClone(FIGURE);
    const styled = styleFigure(FIGURE, { theme: 'dark' });
    expect(FIGURE).toEqual(before);
    expect(styled.data[0].y).toBe(FIGURE.data[0].y);
    expect((styled.data[0].marker as { size: unknown }).size).toEqual([4, 5]);
  });

  it('lets the layout of the figure win', () => {
    expect(styleFigure({ data: [], layout: { plot_bgcolor: '#123123' } }).layout).toMatchObject({
      plot_bgcolor: '#123123',
    });
  });
});

describe('the colours', () => {
  it.each(THEMES)('can be told apart by every kind of colour vision, %s', (theme) => {
    const series = Object.values({ ...themeColors(theme) }).slice(5);
    for (const vision of [NO_DEFICIENCY, ...VISIONS]) {
      const seen = series.map((color) => simulate(color, vision));
      seen.forEach((a, i) => {
        for (const b of seen.slice(i + 1)) {
          expect(distance(a, b), `${vision.name}: ${series.join()}`).toBeGreaterThan(15);
        }
      });
    }
  });

  it.each(THEMES)('are seen on the paper, text best of all, %s', (theme) => {
    const { paper, ink, muted, grid, ...marks } = themeColors(theme);
    const contrast = (color: string) => Math.abs(lightness(color) - lightness(paper));
    expect(contrast(ink)).toBeGreaterThan(75);
    expect(contrast(muted)).toBeGreaterThan(50);
    expect(contrast(grid)).toBeLessThan(15);
    for (const color of Object.values(marks)) {
      expect(contrast(color)).toBeGreaterThan(25);
    }
  });

  it('have a scale that gets steadily darker, or lighter on dark paper', () => {
    const steps = sequentialScale.map(([, color]) => lightness(color));
    expect(steps).toEqual([...steps].sort((a, b) => b - a));
    const { data } = styleFigure(FIGURE, { theme: 'dark' });
    const { colorscale } = data[0].marker as { colorscale: [number, string][] };
    const dark = colorscale.map(([, color]) => lightness(color));
    expect(dark).toEqual([...dark].sort((a, b) => a - b));
  });

  it.each(THEMES)('of a figure that is styled become those of the other theme, %s', (theme) => {
    const [from, to] =
      theme === 'dark' ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
    const styled = recolor(styleFigure(FIGURE, { theme: from }), colorTable(to));
    expect(styled).toEqual(styleFigure(FIGURE, { theme: to }));
  });

  it('are seven for series, all different', () => {
    expect(new Set(seriesColors).size).toBe(7);
  });
});
