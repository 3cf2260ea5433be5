import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { alphaFigure } from '../../../lib/plot/search-space/alpha-figure.js';
import { betaFigure } from '../../../lib/plot/search-space/beta-figure.js';
import { cellFigure } from '../../../lib/plot/search-space/cell-figure.js';
import { pathsFigure } from '../../../lib/plot/search-space/paths-figure.js';
import { trellisFigure } from '../../../lib/plot/search-space/trellis-figure.js';
import { figureToPng, figureToSvg, pictureSize } from '../../../lib/plot/show/render.js';
import { THEMES, themeColors } from '../../../lib/plot/style.js';
import { Random } from '../../../lib/random.js';
import { KNOWN_PATHS } from '../../../lib/search-space/known-paths.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';

const TRELLIS = createTrellis({ layers: 12 });

const random = new Random(1);

const snapshots = (length: number) =>
  [1, 2].map((epoch) => ({
    epoch,
    logits: Float32Array.from({ length }, () => random.normal()),
  }));

const FIGURES: Readonly<Record<string, Figure>> = {
  trellis: trellisFigure(TRELLIS, { beta: snapshots(105), best: 3 }),
  paths: pathsFigure(TRELLIS, Object.values(KNOWN_PATHS)),
  alpha: alphaFigure(snapshots(160)),
  beta: betaFigure(TRELLIS, snapshots(105)),
  cell: cellFigure(publishedArchitecture.genotype),
};

/** Numbers of elements of an SVG document by their opening. */
function count(svg: string, opening: string): number {
  return svg.split(opening).length - 1;
}

/** All of a picture's pixels as "red,green,blue" with their number. */
async function pixelCounts(png: Buffer): Promise<Map<string, number>> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const counts = new Map<string, number>();
  for (let i = 0; i < data.length; i += info.channels) {
    const key = `${data[i]},${data[i + 1]},${data[i + 2]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

describe('figureToSvg', () => {
  it('draws the marks of a trellis: its nodes, its paths and their names', async () => {
    const svg = await figureToSvg(FIGURES.trellis);
    // 45 nodes, 2 of the stem, 13 on each of three paths, and the heads of 105 arrows; the points
    // that only answer to the mouse are there too.
    expect(count(svg, '<path class="point')).toBe(45 + 2 + 3 * 13 + 105 + 105);
    expect(svg).toContain('Viterbi path: ln p = −');
    expect(svg).toMatch(/3rd: [\d.]+ × less likely/);
    expect(count(svg, 'ASPP')).toBe(4);
    expect(svg).not.toContain('slider-container');
  });

  it('draws every cell of the heat map with its number', async () => {
    const svg = await figureToSvg(FIGURES.alpha);
    expect(svg).toContain('data:image/png;base64,');
    expect(svg.match(/>0\.\d\d</g)).toHaveLength(160);
  });

  it('draws the same document each time', async () => {
    expect(await figureToSvg(FIGURES.cell)).toBe(await figureToSvg(FIGURES.cell));
  });

  it('takes another size', async () => {
    const svg = await figureToSvg(FIGURES.cell, { width: 1200, height: 300 });
    expect(svg).toMatch(/^<svg[^>]* width="1200" height="300"/);
  });

  it('draws arrows of annotations, which need the lengths of paths', async () => {
    const arrow = { x: 1, y: 1, ax: 40, ay: -40, text: 'here', showarrow: true };
    const data = [{ type: 'scatter', x: [0, 1, 2], y: [0, 1, 4] }];
    const svg = await figureToSvg({ data, layout: { annotations: [arrow] } });
    expect(svg).toContain('annotation-arrow-g');
    expect(svg).toContain('here');
  });

  it.each(['scatter3d', 'scattergl', 'choroplethmap', 'surface'])(
    'refuses what needs WebGL, which plotly.js would try for ever: %s',
    async (type) => {
      const figure = { data: [{ type, x: [1], y: [1], z: [1] }], layout: {} };
      await expect(figureToSvg(figure)).rejects.toThrow(ConfigError);
      await expect(figureToSvg(figure)).rejects.toThrow(type);
    },
  );
});

describe('figureToPng', () => {
  it.each(Object.keys(FIGURES).flatMap((name) => THEMES.map((theme) => [name, theme] as const)))(
    'draws %s on %s paper, in several colours, with at most 100 KB',
    async (name, theme) => {
      const figure = FIGURES[name];
      const png = await figureToPng(figure, { theme, scale: 1 });
      const { width, height } = await sharp(png).metadata();
      expect({ width, height }).toEqual(pictureSize(figure));
      const counts = await pixelCounts(png);
      const [[commonest]] = [...counts].sort(([, a], [, b]) => b - a);
      const paper = channels(themeColors(theme).paper);
      commonest
        .split(',')
        .forEach((channel, i) => expect(Math.abs(Number(channel) - paper[i])).toBeLessThan(6));
      expect(counts.size).toBeGreaterThan(20);
      expect(counts.get(commonest) ?? 0).toBeLessThan(0.97 * width * height);
      expect(png.length).toBeLessThan(100_000);
    },
  );

  it('draws a heat map in its colours, cell by cell', async () => {
    const layout = {
      width: 200,
      height: 200,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { visible: false },
      yaxis: { visible: false },
    };
    const colorscale = [
      [0, '#ff0000'],
      [1, '#0000ff'],
    ];
    const z = [
      [0, 1],
      [1, 0],
    ];
    const data = [{ type: 'heatmap', z, colorscale, showscale: false }];
    const png = await figureToPng({ data, layout }, { scale: 1 });
    const pixels = await sharp(png).removeAlpha().raw().toBuffer();
    const at = (x: number, y: number) => [...pixels.subarray((y * 200 + x) * 3).subarray(0, 3)];
    expect(at(50, 150)).toEqual([255, 0, 0]); // z[0][0], lower left
    expect(at(150, 150)).toEqual([0, 0, 255]);
    expect(at(50, 50)).toEqual([0, 0, 255]);
    expect(at(150, 50)).toEqual([255, 0, 0]);
  });
});
