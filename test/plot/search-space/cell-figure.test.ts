import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../../lib/decoder/cell.js';
import type { Genotype } from '../../../lib/architecture/genotype.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError } from '../../../lib/errors.js';
import { cellFigure } from '../../../lib/plot/search-space/cell-figure.js';
import {
  layoutCell,
  type CellLayout,
  type CellPlace,
  type CellSizes,
} from '../../../lib/plot/search-space/cell-layout.js';
import { textWidth } from '../../../lib/plot/show/text-metrics.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';
import { defineOperation, operationNamed } from '../../../lib/search-space/operations/registry.js';
import { operationLists } from '../../helpers/operation-lists.js';

const SIZES: CellSizes = {
  operation: { width: 68, height: 26 },
  input: { width: 46, height: 30 },
  block: { width: 26, height: 26 },
  concat: { width: 26, height: 0 },
  gap: 36,
  space: 10,
};

/** Any genotype of one to eight blocks. */
const genotypes: fc.Arbitrary<Genotype> = fc.integer({ min: 1, max: 8 }).chain((blocks) =>
  fc
    .tuple(
      ...Array.from({ length: blocks }, (_, i) => {
        const branch = fc.record({
          input: fc.integer({ min: 0, max: i + 1 }),
          operation: fc.constantFrom(...PRIMITIVES),
        });
        return fc.record({ left: branch, right: branch });
      }),
    )
    .map((all) => ({ blocks: all })),
);

function overlap(a: CellPlace, b: CellPlace): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2
  );
}

/** What an operation reads and what reads it, found by following the lines. */
function wiring({ places, lines }: CellLayout) {
  return places.flatMap((place, i) => {
    if (place.kind !== 'operation') {
      return [];
    }
    let source = i;
    do {
      const into = lines.filter(({ to }) => to === source);
      expect(into).toHaveLength(1);
      source = into[0].from;
    } while (places[source].kind === 'pass');
    const out = lines.filter(({ from }) => from === i);
    expect(out).toHaveLength(1);
    const { side = '', block = -1 } = place;
    expect(places[out[0].to]).toMatchObject({ kind: 'block', block });
    return [{ side, block, input: places[source].state }];
  });
}

describe('layoutCell', () => {
  it('never puts one part over another, nor a line through one', () => {
    fc.assert(
      fc.property(genotypes, (genotype) => {
        const { places } = layoutCell(genotype, SIZES);
        places.forEach((a, i) => {
          expect(places.slice(i + 1).filter((b) => overlap(a, b))).toEqual([]);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('connects what the genotype connects, from left to right', () => {
    fc.assert(
      fc.property(genotypes, (genotype) => {
        const layout = layoutCell(genotype, SIZES);
        const expected = genotype.blocks.flatMap((block, i) =>
          (['left', 'right'] as const).map((side) => ({
            side,
            block: i,
            input: block[side].input,
          })),
        );
        expect(wiring(layout)).toHaveLength(expected.length);
        expect(wiring(layout)).toEqual(expect.arrayContaining(expected));
        for (const { from, to } of layout.lines) {
          const [a, b] = [layout.places[from], layout.places[to]];
          expect(b.x - b.width / 2 - (a.x + a.width / 2)).toBeGreaterThanOrEqual(SIZES.gap - 1e-9);
        }
        const concat = layout.places.findIndex(({ kind }) => kind === 'concat');
        const ends = layout.lines.filter(({ to }) => to === concat).map(({ state }) => state);
        expect(ends).toEqual(genotype.blocks.map((_, block) => block + 2));
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('stays inside its width and height', () => {
    const { places, width, height } = layoutCell(publishedArchitecture.genotype, SIZES);
    for (const place of places) {
      expect(place.x - place.width / 2).toBeGreaterThanOrEqual(-1e-9);
      expect(place.x + place.width / 2).toBeLessThanOrEqual(width + 1e-9);
      expect(place.y - place.height / 2).toBeGreaterThanOrEqual(-1e-9);
      expect(place.y + place.height / 2).toBeLessThanOrEqual(height + 1e-9);
    }
  });
});

describe('cellFigure', () => {
  const tracesOf = (figure: ReturnType<typeof cellFigure>, meta: string) =>
    figure.data.filter((trace) => trace.meta === meta);

  it('names the ten operations of the published cell, and its five blocks', () => {
    const figure = cellFigure(publishedArchitecture.genotype);
    expect(tracesOf(figure, 'operations')[0].text).toEqual([
      'atr 5×5',
      'sep 3×3',
      'sep 3×3',
      'atr 3×3',
      'sep 3×3',
      'sep 3×3',
      'sep 5×5',
      'sep 5×5',
      'sep 5×5',
      'atr 5×5',
    ]);
    expect(tracesOf(figure, 'blocks')[0].text).toEqual(['1', '2', '3', '4', '5']);
    expect(tracesOf(figure, 'blocks')[0].hovertext).toContain(
      'block 3 = separable conv 3x3 of block 2<br>+ separable conv 3x3 of H<sup>l−2</sup>',
    );
    expect(tracesOf(figure, 'inputs')[0].text).toEqual(['H<sup>l−2</sup>', 'H<sup>l−1</sup>']);
  });

  it('writes the probabilities of a decoded cell beside the operations', () => {
    const alpha = new Float32Array(16);
    alpha[7] = 2;
    alpha[8 + 4] = 3;
    const [{ text }] = tracesOf(cellFigure(decodeCell(alpha, { blocks: 1 })), 'operations');
    const shown = (text as string[]).map((label) => label.replace(/<[^>]*>/g, ''));
    const share = (logit: number) => (Math.exp(logit) / (Math.exp(logit) + 7)).toFixed(2);
    expect(shown).toEqual([`atr 5×5 ${share(2)}`, `sep 3×3 ${share(3)}`]);
  });

  it.each(operationLists)('draws %s with their labels and colours', (_, operations) => {
    const known = operations.map(operationNamed);
    const blocks = operations.map((operation) => ({
      left: { input: 0, operation },
      right: { input: 1, operation },
    }));
    const figure = cellFigure({ blocks });
    const both = known.flatMap(({ shortLabel }) => [shortLabel, shortLabel]);
    expect([...(tracesOf(figure, 'operations')[0].text as string[])].sort()).toEqual(both.sort());
    const hover = tracesOf(figure, 'operations')[0].hovertext as string[];
    const shapes = figure.layout.shapes as { line: { color: string; dash?: string } }[];
    for (const { label, color, family } of known) {
      expect(hover.filter((text) => text.startsWith(`${label} of `))).toHaveLength(2);
      const boxes = shapes.filter(({ line }) => line.color === color && line.dash !== undefined);
      expect(boxes.map(({ line }) => line.dash)).toContain(family === 'none' ? 'dot' : 'solid');
    }
  });

  it('has room for every label in its box, also for a long one', () => {
    const long = { name: 'long_label', shortLabel: 'a label of a great many letters' };
    defineOperation({ ...operationNamed('sep_conv_3x3'), ...long });
    const boxWidths = (cell: Parameters<typeof cellFigure>[0]) => {
      const shapes = cellFigure(cell).layout.shapes as { path: string; fillcolor?: string }[];
      return shapes
        .filter(({ fillcolor }) => fillcolor?.startsWith('rgba'))
        .map(({ path }) => {
          const x = (path.match(/-?[\d.]+/g) ?? []).map(Number).filter((_, i) => i % 2 === 0);
          return Math.max(...x) - Math.min(...x);
        });
    };
    for (const operation of ['avg_pool_3x3', 'dil_conv_5x5', long.name]) {
      const branch = { input: 0, operation };
      const room = textWidth(operationNamed(operation).shortLabel, { size: 12 }) + 8;
      const plain = boxWidths({ blocks: [{ left: branch, right: branch }] });
      const shape = { blocks: 1, operations: [operation, 'skip_connect'] };
      const decoded = boxWidths(decodeCell(Float32Array.from([5, 0, 5, 0]), shape));
      expect(Math.min(...plain)).toBeGreaterThan(room);
      expect(Math.min(...decoded)).toBeGreaterThan(room + textWidth(' 0.99', { size: 12 }));
      expect([plain.length, decoded.length]).toEqual([2, 2]);
    }
  });

  it('refuses what is no genotype', () => {
    const branch = { input: 2, operation: 'skip_connect' } as const;
    const genotype = { blocks: [{ left: branch, right: branch }] };
    expect(() => cellFigure(genotype)).toThrow(ConfigError);
    expect(() => cellFigure({ blocks: [] })).toThrow(/at least one block/);
  });
});
