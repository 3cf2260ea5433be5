import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../../lib/decoder/cell.js';
import { ShapeError } from '../../../lib/errors.js';
import type { Figure } from '../../../lib/plot/figure.js';
import { relaxedCellFigure } from '../../../lib/plot/search-space/relaxed-cell-figure.js';
import { Random } from '../../../lib/random.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { tracesOf } from './traces-of.js';

const FIVE = Float32Array.from(
  { length: 160 },
  (
    (random) => () =>
      0.3 * random.normal()
  )(new Random(5)),
);

/** What a position of the slider shows: the weight of each operation on each edge, and the labels. */
interface Shown {
  readonly label: string;
  readonly weights: number[][];
  readonly labels: (string | undefined)[];
}

interface ShownShape {
  readonly line: { readonly width?: number; readonly color?: string };
}

interface ShownNote {
  readonly text?: string;
  readonly visible?: boolean;
}

/** The positions of a slider over a cell of the paper's operations. */
function positions({ layout, frames = [] }: Figure, edges: number): Shown[] {
  const whole = layout as { shapes: ShownShape[]; annotations: ShownNote[] };
  return frames.map(({ name, layout: changed }) => {
    const part = changed as Partial<typeof whole> | undefined;
    const lines = whole.shapes.map(({ line }, i) => ({ ...line, ...part?.shapes?.[i].line }));
    const weights = lines
      .slice(-8 * edges)
      .map(({ width = NaN }) => (width === 0 ? 0 : (width - 0.3) / 4.7));
    const notes = whole.annotations.map((note, i) => ({ ...note, ...part?.annotations?.[i] }));
    return {
      label: name,
      weights: Array.from({ length: edges }, (_, edge) => weights.slice(8 * edge, 8 * edge + 8)),
      labels: notes
        .slice(0, edges)
        .map(({ text, visible }) => (visible ? text?.replace(/<[^>]*>/g, '') : undefined)),
    };
  });
}

function softmax(logits: ArrayLike<number>, edge: number, temperature: number): number[] {
  const row = Array.from({ length: 8 }, (_, k) => Math.exp(logits[8 * edge + k] / temperature));
  const sum = row.reduce((a, b) => a + b, 0);
  return row.map((value) => value / sum);
}

describe('relaxedCellFigure', () => {
  it('begins with α as found: each line as wide as its probability', () => {
    const figure = relaxedCellFigure(FIVE);
    expect(figure.layout.sliders).toMatchObject([{ active: 0 }]);
    const [first] = positions(figure, 20);
    expect(first.label).toBe('α as found');
    first.weights.forEach((row, edge) => {
      const right = softmax(FIVE, edge, 1);
      row.forEach((weight, k) => expect(Math.abs(weight - right[k])).toBeLessThan(0.002));
    });
    const lines = (figure.layout.shapes as ShownShape[]).slice(-160).map(({ line }) => line.color);
    expect(
      new Set(lines.filter((_, i) => i % 8 === 5).map((color) => color?.slice(0, 16))),
    ).toEqual(
      new Set(['rgba(0, 114, 178']), // #0072b2, separable conv 5x5
    );
  });

  it('cools until every edge has made up its mind', () => {
    const all = positions(relaxedCellFigure(FIVE), 20).slice(1, -2);
    expect(all.length).toBeGreaterThan(3);
    const sharpness = all.map(({ label, weights }) => {
      const temperature = Number(label.replace('temperature ', ''));
      const largest = weights.map((row) => Math.max(...row));
      largest.forEach((value, edge) => {
        const right = Math.max(...softmax(FIVE, edge, temperature));
        expect(Math.abs(value - right)).toBeLessThan(0.03); // the label has two digits
      });
      return largest.reduce((a, b) => a + b, 0) / 20;
    });
    expect(sharpness).toEqual([...sharpness].sort((a, b) => a - b));
    expect(sharpness.at(-1)).toBeGreaterThan(0.965);
  });

  it('ends with one operation per edge, and with the two strongest edges of each block', () => {
    const alpha = new Float32Array(5 * 8);
    const set = (edge: number, name: string, logit: number) =>
      (alpha[8 * edge + PRIMITIVES.findIndex((known) => known === name)] = logit);
    set(0, 'none', 5); // stronger than all others, and passed over
    set(0, 'sep_conv_3x3', 2);
    set(1, 'skip_connect', 1);
    set(2, 'max_pool_3x3', 1);
    set(3, 'dil_conv_5x5', 3);
    set(4, 'avg_pool_3x3', 2);
    const [single, decoded] = positions(relaxedCellFigure(alpha, { blocks: 2 }), 5).slice(-2);
    const share = (logit: number) => (Math.exp(logit) / (Math.exp(logit) + 7)).toFixed(2);
    const zero = (Math.exp(2) / (Math.exp(5) + Math.exp(2) + 6)).toFixed(2);
    expect(single.label).toBe('one operation per edge');
    expect(single.labels).toEqual([
      `sep 3×3 ${zero}`,
      `skip ${share(1)}`,
      `max 3×3 ${share(1)}`,
      `atr 5×5 ${share(3)}`,
      `avg 3×3 ${share(2)}`,
    ]);
    expect(single.weights.map((row) => row.findIndex((weight) => weight > 0.99))).toEqual(
      ['sep_conv_3x3', 'skip_connect', 'max_pool_3x3', 'dil_conv_5x5', 'avg_pool_3x3'].map((name) =>
        PRIMITIVES.findIndex((known) => known === name),
      ),
    );
    expect(decoded.labels).toEqual([
      ...single.labels.slice(0, 2),
      undefined,
      ...single.labels.slice(3),
    ]);
    expect(decoded.weights[2]).toEqual(new Array<number>(8).fill(0));
    expect(decoded.weights.flat().filter((weight) => weight > 0)).toHaveLength(4);
  });

  it('shows at the end the cell that decoding gives', () => {
    const { weights } = positions(relaxedCellFigure(FIVE), 20).at(-1)!;
    const shown = weights.flatMap((row, edge) =>
      row.flatMap((weight, k) => (weight > 0 ? [`${edge} ${PRIMITIVES[k]}`] : [])),
    );
    const right = decodeCell(FIVE, { blocks: 5 }).blocks.flatMap(({ left, right: other }) =>
      [left, other].map(({ edge, operation }) => `${edge} ${operation}`),
    );
    expect(shown).toEqual(right);
  });

  it('bears α that decides nothing, and α that has decided', () => {
    const undecided = positions(relaxedCellFigure(new Float32Array(16), { blocks: 1 }), 2);
    expect(undecided.every(({ weights }) => weights.flat().every(Number.isFinite))).toBe(true);
    const alpha = Float32Array.from({ length: 16 }, (_, i) => (i % 8 === 3 ? 20 : 0));
    const decided = positions(relaxedCellFigure(alpha, { blocks: 1 }), 2);
    expect(decided.map(({ label }) => label)).toEqual([
      'α as found',
      'one operation per edge',
      'the decoded cell',
    ]);
  });

  it('names the states, and the best operations of an edge under the pointer', () => {
    const figure = relaxedCellFigure(FIVE);
    expect(tracesOf(figure, 'states')[0].text).toEqual([
      ...['H<sup>l−2</sup>', 'H<sup>l−1</sup>', '1', '2', '3', '4', '5'],
    ]);
    const [{ text }] = tracesOf(figure, 'edges');
    const row = softmax(FIVE, 0, 1);
    expect((text as string[])[0]).toContain('block 1 reads H<sup>l−2</sup>');
    expect((text as string[])[0]).toContain(Math.max(...row).toFixed(3));
    expect(() => relaxedCellFigure(new Float32Array(159))).toThrow(ShapeError);
  });
});
