import { describe, expect, it } from 'vitest';
import { decodePath } from '../../../lib/decoder/path.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { trellisFigure } from '../../../lib/plot/search-space/trellis-figure.js';
import { Random } from '../../../lib/random.js';
import { KNOWN_PATHS } from '../../../lib/search-space/known-paths.js';
import { createTrellis } from '../../../lib/search-space/trellis.js';
import { tracesOf } from './traces-of.js';

const TRELLIS = createTrellis({ layers: 12 });

function numbers(value: unknown): number[] {
  return value as number[];
}

/** The arrows drawn by line traces, as "layer: from > to", with the width of their line. */
function drawnArrows(figure: Figure): Map<string, number> {
  const arrows = new Map<string, number>();
  for (const trace of tracesOf(figure, 'arrows')) {
    const [x, y] = [trace.x as (number | null)[], trace.y as (number | null)[]];
    for (let i = 0; i + 1 < x.length; i += 3) {
      expect(x[i + 1]).toBe((x[i] ?? NaN) + 1);
      arrows.set(`${x[i + 1]}: ${y[i]} > ${y[i + 1]}`, (trace.line as { width: number }).width);
    }
  }
  return arrows;
}

function randomBeta(seed: number, arrows = 105): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: arrows }, () => random.normal());
}

describe('trellisFigure', () => {
  it('draws 105 different arrows and 45 nodes at 12 layers, and the two layers of the stem', () => {
    const figure = trellisFigure(TRELLIS);
    const arrows = drawnArrows(figure);
    expect(arrows.size).toBe(105);
    for (const { layer, from, to } of TRELLIS.arrows) {
      expect(arrows.has(`${layer}: ${from} > ${to}`)).toBe(true);
    }
    expect(tracesOf(figure, 'arrow heads')[0].x).toHaveLength(105);
    expect(tracesOf(figure, 'nodes')[0].x).toHaveLength(45);
    expect(tracesOf(figure, 'stem')[0]).toMatchObject({ x: [-1, 0], y: [-1, 0] });
    expect(tracesOf(figure, 'path')).toEqual([]);
  });

  it('has coarser strides further down', () => {
    const { yaxis } = trellisFigure(TRELLIS).layout as {
      yaxis: { range: number[]; tickvals: number[]; ticktext: string[] };
    };
    expect(yaxis.range[0]).toBeGreaterThan(yaxis.range[1]);
    expect(yaxis.tickvals).toEqual([-1, 0, 1, 2, 3]);
    expect(yaxis.ticktext).toEqual(['2', '4', '8', '16', '32']);
  });

  it('draws a path through the levels of an architecture, from the stem', () => {
    const figure = trellisFigure(TRELLIS, { paths: [publishedArchitecture] });
    const [path] = tracesOf(figure, 'path');
    expect(path.x).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(path.y).toEqual([0, ...publishedArchitecture.path]);
    expect((path.text as string[]).slice(0, 2)).toEqual(['stem', 'layer 1']);
    expect((path.text as string[]).at(-1)).toBe('layer 12');
    expect(path.customdata).toEqual([4, 4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8]);
  });

  it('names the known paths in the legend and keeps those apart that share a way', () => {
    const paths = Object.values(KNOWN_PATHS);
    const drawn = tracesOf(trellisFigure(TRELLIS, { paths }), 'path');
    expect(drawn.map(({ name }) => name)).toEqual(paths.map(({ name }) => name));
    expect(new Set(drawn.map(({ y }) => numbers(y)[0])).size).toBe(4);
    drawn.forEach((trace, i) => {
      expect(
        numbers(trace.y)
          .slice(1)
          .map((y) => Math.abs(Math.round(y))),
      ).toEqual(paths[i].path);
    });
  });

  it('makes an arrow wider the more probable it is, to a twelfth', () => {
    const beta = randomBeta(1);
    const figure = trellisFigure(TRELLIS, { beta });
    const widths = drawnArrows(figure);
    expect(widths.size).toBe(105);
    for (const node of TRELLIS.nodes.filter(({ outgoing }) => outgoing.length > 0)) {
      const exponentials = node.outgoing.map((index) => Math.exp(beta[index]));
      const sum = exponentials.reduce((a, b) => a + b, 0);
      node.outgoing.forEach((index, k) => {
        const { layer, from, to } = TRELLIS.arrows[index];
        const width = widths.get(`${layer}: ${from} > ${to}`) ?? NaN;
        expect(Math.abs((width - 0.4) / 5 - exponentials[k] / sum)).toBeLessThan(0.5 / 12 + 1e-9);
        const values = numbers(tracesOf(figure, 'arrow hover')[0].customdata);
        expect(values[index]).toBeCloseTo(exponentials[k] / sum, 4);
      });
    }
  });

  it('shades the nodes by the probability of being reached, which sums to 1 in a layer', () => {
    const figure = trellisFigure(TRELLIS, { beta: randomBeta(2) });
    const [{ x, customdata }] = tracesOf(figure, 'nodes');
    for (let layer = 1; layer <= 12; layer++) {
      const reached = numbers(customdata).filter((_, i) => numbers(x)[i] === layer);
      expect(reached.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 3);
    }
  });

  it('draws the k best paths that decoding finds, with their margins', () => {
    const beta = randomBeta(3);
    const decoded = decodePath(beta, TRELLIS, { k: 3 });
    const drawn = tracesOf(trellisFigure(TRELLIS, { beta, best: 3 }), 'path');
    expect(
      drawn.map(({ y }) =>
        numbers(y)
          .slice(1)
          .map((y) => Math.abs(Math.round(y))),
      ),
    ).toEqual(decoded.best.map(({ path }) => path));
    expect(drawn[0].y).toEqual([0, ...decoded.path]);
    const times = Math.exp(decoded.best[1].logMargin).toPrecision(3);
    expect(drawn[1].name).toBe(`2nd: ${times} × less likely`);
    expect(tracesOf(trellisFigure(TRELLIS, { beta, best: 0 }), 'path')).toEqual([]);
  });

  it('has one step of the slider for each epoch, and shows the last', () => {
    const beta = [5, 6, 7].map((epoch) => ({ epoch, logits: randomBeta(epoch) }));
    const figure = trellisFigure(TRELLIS, { beta });
    const { sliders } = figure.layout as { sliders: { active: number; steps: unknown[] }[] };
    expect(sliders[0].steps).toMatchObject([{ label: '5' }, { label: '6' }, { label: '7' }]);
    expect(sliders[0].active).toBe(2);
    expect(figure.frames?.map(({ name }) => name)).toEqual(['5', '6', '7']);
    const last = trellisFigure(TRELLIS, { beta: beta[2].logits });
    expect(figure.data.filter(({ meta }) => meta !== 'arrows')).toEqual(
      last.data.filter(({ meta }) => meta !== 'arrows'),
    );
    figure.frames?.forEach(({ data }, i) => {
      const at = figure.data.findIndex(({ meta }) => meta === 'path');
      const { path } = decodePath(beta[i].logits, TRELLIS);
      expect(data[at].y ?? figure.data[at].y).toEqual([0, ...path]);
    });
    expect(JSON.stringify(figure.frames?.[0].layout)).toContain('After epoch 5');
  });

  it('says what is wrong with β or a path', () => {
    expect(() => trellisFigure(TRELLIS, { beta: new Float32Array(104) })).toThrow(ShapeError);
    expect(() => trellisFigure(TRELLIS, { beta: [] })).toThrow(ConfigError);
    expect(() => trellisFigure(TRELLIS, { paths: [{ path: [0, 1] }] })).toThrow(/12 layers, got 2/);
    const path = [0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2];
    expect(() => trellisFigure(TRELLIS, { paths: [{ path }] })).toThrow(/at most one step/);
  });
});
