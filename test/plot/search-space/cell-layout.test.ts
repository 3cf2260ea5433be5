import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Genotype } from '../../../lib/architecture/genotype.js';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import {
  layoutCell,
  type CellLayout,
  type CellPlace,
  type CellSizes,
} from '../../../lib/plot/search-space/cell-layout.js';
import { PRIMITIVES } from '../../../lib/search-space/operations/paper.js';

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
