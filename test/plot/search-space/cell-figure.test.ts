import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../../lib/decoder/cell.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { ConfigError } from '../../../lib/errors.js';
import { cellFigure } from '../../../lib/plot/search-space/cell-figure.js';
import { textWidth } from '../../../lib/plot/show/text-metrics.js';
import { defineOperation, operationNamed } from '../../../lib/search-space/operations/registry.js';
import { operationLists } from '../../helpers/operation-lists.js';
import { tracesOf } from './traces-of.js';

describe('cellFigure', () => {
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
