import { describe, expect, it } from 'vitest';
import { NumericError, ShapeError } from '../../../lib/errors.js';
import type { Figure, Trace } from '../../../lib/plot/figure.js';
import { viterbiFigure } from '../../../lib/plot/search-space/viterbi-figure.js';
import { Random } from '../../../lib/random.js';
import { createTrellis, type Trellis } from '../../../lib/search-space/trellis.js';
import { tracesOf } from './traces-of.js';

/** The small trellis of the notebook, by hand: arrows of probability 0.4 · 0.8 · 0.9 are the best path. */
const SMALL = createTrellis({ layers: 3 });
const BETA = [0.6, 0.4, 0.55, 0.45, 0.1, 0.1, 0.8, 0.55, 0.45, 0.3, 0.4, 0.3, 0.9, 0.05, 0.05].map(
  Math.log,
);

/** The figure at each position of its slider, as plotly shows it. */
function states(figure: Figure): { label: string; figure: Figure }[] {
  const frames = figure.frames ?? [];
  return frames.map(({ name, data }) => ({
    label: name,
    figure: {
      layout: figure.layout,
      data: figure.data.map((trace, i) => ({ ...trace, ...data[i] })),
    },
  }));
}

function texts(trace: Trace): string[] {
  return (trace.text as string[]).map((text) => text.replace(/<[^>]*>/g, ''));
}

/** The arrows that a trace draws, as `layer: from > to`. */
function arrowsOf(figure: Figure, meta: string): string[] {
  const [{ x, y }] = tracesOf(figure, meta);
  const [xs, ys] = [x as number[], y as number[]];
  return xs.flatMap((_, i) => (i % 3 === 0 ? [`${xs[i + 1]}: ${ys[i]} > ${ys[i + 1]}`] : []));
}

/** Every way from the stem to a layer with its log probability, listed one by one. */
function waysTo(trellis: Trellis, layer: number, logOf: (index: number) => number) {
  let ways = [{ levels: [0], log: 0 }];
  for (let l = 1; l <= layer; l++) {
    ways = ways.flatMap(({ levels, log }) =>
      trellis.arrows
        .filter((arrow) => arrow.layer === l && arrow.from === levels[levels.length - 1])
        .map(({ to, index }) => ({ levels: [...levels, to], log: log + logOf(index) })),
    );
  }
  return ways;
}

describe('viterbiFigure', () => {
  it('has a position for the stem, each layer and the path, which it shows first', () => {
    const figure = viterbiFigure(SMALL, BETA);
    expect(states(figure).map(({ label }) => label)).toEqual([
      'stem',
      'layer 1',
      'layer 2',
      'layer 3',
      'the path, traced back',
    ]);
    expect(figure.layout.sliders).toMatchObject([{ active: 4 }]);
  });

  it('works the small trellis out as by hand', () => {
    const [stem, first, second, third, end] = states(viterbiFigure(SMALL, BETA));
    const shown = ({ figure }: typeof stem) => texts(tracesOf(figure, 'nodes')[0]);
    expect(shown(stem)).toEqual(['0', ...new Array<string>(9).fill('')]);
    // log 0.6, 0.4; 0.33, 0.27, 0.32
    expect(shown(first).slice(0, 4)).toEqual(['0', '−0.51', '−0.92', '']);
    expect(shown(second).slice(3, 7)).toEqual(['−1.11', '−1.31', '−1.14', '']);
    // 0.33 · 0.55 = 0.1815, 0.32 · 0.9 = 0.288, 0.27 · 0.3 = 0.081, 0.32 · 0.05 = 0.016
    expect(shown(third).slice(6)).toEqual(['−1.71', '−1.24', '−2.51', '−4.14']);
    expect(texts(tracesOf(third.figure, 'working')[0])).toEqual([
      'Layer 3: S before + log β of the arrow',
      ...['into', 'from 4', 'from 8', 'from 16', 'largest: S'],
      ...['stride 4', '−1.706', '−2.513', '−1.706'], // 0.1815, 0.27 · 0.3
      ...['stride 8', '−1.907', '−2.226', '−1.245', '−1.245'], // 0.1485, 0.108, 0.288
      ...['stride 16', '−2.513', '−4.135', '−2.513'], // 0.081, 0.016
      ...['stride 32', '−4.135', '−4.135'],
    ]);
    expect(arrowsOf(third.figure, 'new back-pointers')).toEqual([
      '3: 0 > 0',
      '3: 2 > 1',
      '3: 1 > 2',
      '3: 2 > 3',
    ]);
    expect(arrowsOf(third.figure, 'candidates')).toHaveLength(8);
    expect(arrowsOf(end.figure, 'path')).toEqual(['1: 0 > 1', '2: 1 > 2', '3: 2 > 1']);
    expect(texts(tracesOf(end.figure, 'working')[0])).toEqual([
      'The path, traced back',
      'The best node of the last layer: stride 8, S = −1.245',
      'Its way back: 8 ← 16 ← 8 ← stem',
      'Product of its arrows: exp S = 0.288',
    ]);
  });

  it.each(['valid', 'two-thirds'] as const)(
    'shows the best of all ways, listed one by one: %s',
    (endNormalisation) => {
      const trellis = createTrellis({ layers: 5 });
      const random = new Random(7);
      const beta = trellis.arrows.map(() => random.normal());
      const logOf = (index: number) => {
        const { layer, from } = trellis.arrows[index];
        const group = trellis.arrows.filter(
          (arrow) => arrow.layer === layer && arrow.from === from,
        );
        const sum = group.reduce((total, arrow) => total + Math.exp(beta[arrow.index]), 0);
        const scale = endNormalisation === 'valid' ? 1 : group.length / 3;
        return Math.log((scale * Math.exp(beta[index])) / sum);
      };
      const drawn = states(viterbiFigure(trellis, beta, { endNormalisation }));
      for (let layer = 1; layer <= 5; layer++) {
        const { figure } = drawn[layer];
        const [{ x }] = tracesOf(figure, 'nodes');
        const shown = texts(tracesOf(figure, 'nodes')[0]).filter(
          (_, i) => (x as number[])[i] === layer,
        );
        const ways = waysTo(trellis, layer, logOf);
        const best = shown.map((_, level) =>
          ways
            .filter(({ levels }) => levels[layer] === level)
            .reduce((a, b) => (b.log > a.log ? b : a)),
        );
        expect(shown).toEqual(best.map(({ log }) => log.toFixed(2).replace('-', '−')));
        expect(arrowsOf(figure, 'new back-pointers')).toEqual(
          best.map(({ levels }) => `${layer}: ${levels[layer - 1]} > ${levels[layer]}`),
        );
      }
      const all = waysTo(trellis, 5, logOf).reduce((a, b) => (b.log > a.log ? b : a));
      expect(arrowsOf(drawn[6].figure, 'path')).toEqual(
        all.levels.slice(1).map((level, i) => `${i + 1}: ${all.levels[i]} > ${level}`),
      );
      const back = all.levels.slice(1).map((level) => String(4 * 2 ** level));
      expect(texts(tracesOf(drawn[6].figure, 'working')[0])).toContain(
        `Its way back: ${back.reverse().join(' ← ')} ← stem`,
      );
      expect(arrowsOf(drawn[6].figure, 'back-pointers')).toHaveLength(trellis.nodes.length - 1);
    },
  );

  it('writes −∞ where no way leads, and no back-pointer from there', () => {
    const trellis = createTrellis({ layers: 2 });
    const beta = trellis.arrows.map(({ to }) => (to === 2 ? -Infinity : 0));
    const figure = viterbiFigure(trellis, beta);
    expect(texts(tracesOf(figure, 'nodes')[0]).at(-1)).toBe('−∞');
    expect(arrowsOf(figure, 'back-pointers')).toHaveLength(4);
    expect((tracesOf(figure, 'nodes')[0].hovertext as string[]).at(-1)).toContain('S = −∞');
  });

  it('names layers from 1, the sums of a node under the pointer, and keeps to twelve layers in 900 pixels', () => {
    const figure = viterbiFigure(createTrellis({ layers: 12 }), new Float32Array(105));
    const hover = tracesOf(figure, 'nodes')[0].hovertext as string[];
    expect(hover[0]).toBe('stem, stride 4: S = 0');
    expect(hover[1]).toBe(
      'layer 1, stride 4: S = −0.693<br><b>from stride 4: 0 + (−0.693) = −0.693</b>',
    );
    expect(hover.at(-1)).toMatch(/^layer 12, stride 32/);
    expect(figure.layout.width).toBeLessThanOrEqual(901);
  });

  it('has room for its words however few levels there are', () => {
    const trellis = createTrellis({ layers: 3, levels: 1 });
    const figure = viterbiFigure(trellis, new Float32Array(trellis.arrows.length));
    const [words] = tracesOf(figure, 'working');
    const [low, high] = (figure.layout.yaxis2 as { range: [number, number] }).range;
    for (const row of words.y as number[]) {
      expect(row).toBeLessThan(low);
      expect(row).toBeGreaterThan(high);
    }
  });

  it('refuses β of another trellis, and NaN', () => {
    expect(() => viterbiFigure(SMALL, new Float32Array(14))).toThrow(ShapeError);
    expect(() => viterbiFigure(SMALL, new Float32Array(15).fill(NaN))).toThrow(NumericError);
  });
});
