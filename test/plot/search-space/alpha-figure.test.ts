import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../../lib/decoder/cell.js';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import { alphaFigure } from '../../../lib/plot/search-space/alpha-figure.js';
import { logitsByEpoch } from '../../../lib/plot/search-space/snapshots.js';
import { Random } from '../../../lib/random.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { operationNamed } from '../../../lib/search-space/operations/registry.js';
import { operationLists } from '../../helpers/operation-lists.js';
import { historyOf } from '../curves/synthetic-history.js';

function randomAlpha(seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: 160 }, () => random.normal());
}

describe('alphaFigure', () => {
  it('has a row for each of the 20 edges and a column for each operation', () => {
    const alpha = randomAlpha(1);
    const { data, layout } = alphaFigure(alpha);
    const z = data[0].z as number[][];
    expect(z).toHaveLength(20);
    z.forEach((row, edge) => {
      const exponentials = Array.from(alpha.subarray(edge * 8, edge * 8 + 8), Math.exp);
      const sum = exponentials.reduce((a, b) => a + b, 0);
      expect(row).toHaveLength(8);
      row.forEach((value, k) => expect(value).toBeCloseTo(exponentials[k] / sum, 2.9));
    });
    const { xaxis, yaxis } = layout as {
      xaxis: { ticktext: string[] };
      yaxis: { ticktext: string[]; range: number[] };
    };
    expect(yaxis.ticktext.slice(0, 5)).toEqual([
      '1 ← H<sup>l−2</sup>',
      '1 ← H<sup>l−1</sup>',
      '2 ← H<sup>l−2</sup>',
      '2 ← H<sup>l−1</sup>',
      '2 ← block 1',
    ]);
    expect(yaxis.ticktext.at(-1)).toBe('5 ← block 4');
    expect(yaxis.range[0]).toBeGreaterThan(yaxis.range[1]); // the first edge on top
    expect(xaxis.ticktext).toEqual([
      'none',
      'max 3×3',
      'avg 3×3',
      'skip',
      'sep 3×3',
      'sep 5×5',
      'atr 3×3',
      'atr 5×5',
    ]);
  });

  it('frames the ten branches that decoding keeps', () => {
    const alpha = randomAlpha(2);
    const frames = alphaFigure(alpha).data.find(({ meta }) => meta === 'decoded');
    const [x, y] = [frames?.x as (number | null)[], frames?.y as (number | null)[]];
    const middles = Array.from({ length: x.length / 6 }, (_, i) => ({
      operation: Math.round(((x[6 * i] ?? NaN) + (x[6 * i + 1] ?? NaN)) / 2),
      edge: Math.round(((y[6 * i] ?? NaN) + (y[6 * i + 2] ?? NaN)) / 2),
    }));
    const kept = decodeCell(alpha, { blocks: 5 }).blocks.flatMap(({ left, right }) => [
      left,
      right,
    ]);
    expect(middles).toEqual(
      kept.map(({ edge, operation }) => ({ edge, operation: PRIMITIVES.indexOf(operation) })),
    );
    expect(alphaFigure(alpha, { decoded: false }).data).toHaveLength(2);
  });

  it('has a step for each epoch of a history, in colours of one meaning', () => {
    const row = (epoch: number, kind = 'epoch') => ({
      kind,
      epoch,
      step: epoch,
      phase: 'architecture',
      alpha: kind === 'epoch' ? randomAlpha(epoch + 1) : null,
      beta: null,
    });
    const history = historyOf([row(0, 'step'), row(0), row(1, 'step'), row(1), row(2)]);
    const snapshots = logitsByEpoch(history, 'alpha');
    expect(snapshots.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const figure = alphaFigure(snapshots);
    expect(figure.frames?.map(({ name }) => name)).toEqual(['1', '2', '3']);
    const single = snapshots.map(({ logits }) => alphaFigure(logits).data[0]);
    expect(figure.frames?.map(({ data }) => data[0].z)).toEqual(single.map(({ z }) => z));
    expect(figure.data[0].z).toEqual(single[2].z);
    expect(figure.data[0].zmax).toBe(Math.max(...single.map(({ zmax }) => zmax as number)));
    expect(figure.frames?.some(({ data }) => 'zmax' in data[0] || 'text' in data[0])).toBe(false);
  });

  it.each(operationLists)('has a column for each of %s', (_, operations) => {
    const random = new Random(3);
    const alpha = Float32Array.from({ length: 5 * operations.length }, () => random.normal());
    const { data, layout } = alphaFigure(alpha, { blocks: 2, operations });
    const known = operations.map(operationNamed);
    const { ticktext } = layout.xaxis as { ticktext: string[] };
    expect(ticktext).toEqual(known.map(({ shortLabel }) => shortLabel));
    const [{ z, text }] = data as unknown as { z: number[][]; text: string[][] }[];
    expect(text[0].map((words) => words.split(': ')[1])).toEqual(known.map(({ label }) => label));
    for (const row of z) {
      expect(row).toHaveLength(operations.length);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 2);
    }
    const frame = data.find(({ meta }) => meta === 'decoded')?.x as number[];
    const first = decodeCell(alpha, { blocks: 2, operations }).blocks[0].left;
    expect(Math.round((frame[0] + frame[1]) / 2)).toBe(operations.indexOf(first.operation));
  });

  it('refuses logits that fill no cell, and no logits', () => {
    expect(() => alphaFigure(new Float32Array(150))).toThrow(ShapeError);
    expect(() => alphaFigure(new Float32Array(160), { blocks: 4 })).toThrow(ShapeError);
    expect(() => alphaFigure([])).toThrow(ConfigError);
  });
});
