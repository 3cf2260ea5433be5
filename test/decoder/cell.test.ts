import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../lib/decoder/cell.js';
import { genotypeProblem } from '../../lib/architecture/genotype.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { NumericError, ShapeError } from '../../lib/errors.js';
import { edgeIndex } from '../../lib/search-space/edges.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { FOUR, NINE, operationLists } from '../helpers/operation-lists.js';
import { cellWords, randomAlpha, referenceDecode } from '../helpers/reference-decode.js';

/** α with the given rows set to given values; everything else is 0. */
function alphaOf(edges: number, entries: Record<number, Partial<Record<number, number>>>) {
  const alpha = new Float64Array(edges * 8);
  for (const [edge, row] of Object.entries(entries)) {
    for (const [operation, value] of Object.entries(row)) {
      alpha[Number(edge) * 8 + Number(operation)] = value ?? 0;
    }
  }
  return alpha;
}

describe('decodeCell', () => {
  it('decodes a cell worked out by hand', () => {
    // Block 2 reads edges 2, 3, 4. Edge 3 is weakest, though its zero is the largest entry of all.
    const alpha = alphaOf(5, {
      0: { 7: 2 },
      1: { 4: 3 },
      2: { 5: 1 },
      3: { 0: 9, 6: 2 },
      4: { 3: 2, 1: 1.5 },
    });
    const { genotype, blocks } = decodeCell(alpha, { blocks: 2 });
    expect(cellWords(genotype)).toEqual(['0:dil_conv_5x5 1:sep_conv_3x3', '0:sep_conv_5x5 2:skip_connect']); // oxfmt-ignore
    const e = Math.exp;
    const skip = e(2) / (6 + e(2) + e(1.5));
    const sep = e(1) / (7 + e(1));
    const weakest = e(2) / (6 + e(9) + e(2));
    expect(blocks[1].right).toMatchObject({ edge: 4, runnerUp: { operation: 'max_pool_3x3' } });
    expect(blocks[1].right.probability).toBeCloseTo(skip, 14);
    expect(blocks[1].right.operationMargin).toBeCloseTo(skip - e(1.5) / (6 + e(2) + e(1.5)), 14);
    expect(blocks[1].right.edgeMargin).toBeCloseTo(skip - weakest, 14);
    expect(blocks[1].left.edgeMargin).toBeCloseTo(sep - weakest, 14);
    expect(blocks[1].left.zeroProbability).toBeCloseTo(1 / (7 + e(1)), 14);
    expect(blocks[1].third).toMatchObject({ edge: 3, input: 1 });
    expect(blocks[1].third?.strength).toBeCloseTo(weakest, 14);
    expect(blocks[0].third).toBeUndefined();
    expect(blocks[0].left.edgeMargin).toBeUndefined();
  });

  it('equals the rule of the paper in probability space for random α', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const alpha = randomAlpha(seed, seed % 2 === 0 ? 1 : 0.01);
      expect(cellWords(decodeCell(alpha, { blocks: 5 }).genotype)).toEqual(
        referenceDecode(alpha, 5),
      );
      expect(cellWords(decodeCell(alpha, { blocks: 5 }, { zeroInArgmax: true }).genotype)).toEqual(
        referenceDecode(alpha, 5, true),
      );
    }
  });

  it('never decodes zero, even where zero has nearly all the weight', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 216, maxLength: 216 }),
        (blocks, values) => {
          const alpha = values.slice(0, ((blocks * (blocks + 3)) / 2) * 8);
          alpha.forEach((_, i) => (alpha[i] += i % 8 === 0 ? 30 : 0));
          const { genotype, blocks: confidence } = decodeCell(alpha, { blocks });
          expect(genotypeProblem(genotype)).toBeUndefined();
          for (const [i, { left, right }] of genotype.blocks.entries()) {
            expect(left.operation).not.toBe('none');
            expect(right.operation).not.toBe('none');
            expect(left.input).toBeLessThan(right.input);
            expect(confidence[i].left.isZeroStrongest).toBe(true);
          }
        },
      ),
    );
  });

  it('lets zero win the operation, not the edge, with zeroInArgmax', () => {
    const alpha = alphaOf(2, { 0: { 0: 5, 4: 4 } });
    expect(
      decodeCell(alpha, { blocks: 1 }, { zeroInArgmax: true }).genotype.blocks[0].left,
    ).toEqual({
      input: 0,
      operation: 'none',
    });
    expect(decodeCell(alpha, { blocks: 1 }).genotype.blocks[0].left.operation).toBe('sep_conv_3x3');
  });

  it('would decode zero in the first block of 15 random cells of 64 with zeroInArgmax', () => {
    // The first block keeps both edges and 8 operations are equally likely: 1 − (7/8)² = 15/64.
    let withZero = 0;
    for (let seed = 1; seed <= 1280; seed++) {
      const [block] = decodeCell(
        randomAlpha(seed, 1, 2),
        { blocks: 1 },
        { zeroInArgmax: true },
      ).blocks;
      withZero += [block.left, block.right].some(({ operation }) => operation === 'none') ? 1 : 0;
    }
    expect(Math.abs(withZero - 300)).toBeLessThan(60); // 4 standard deviations
  });

  it('would decode zero in about 182 of 500 random cells with zeroInArgmax, as a port does', () => {
    let withZero = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const { genotype } = decodeCell(randomAlpha(seed), { blocks: 5 }, { zeroInArgmax: true });
      withZero += cellWords(genotype).some((block) => block.includes('none')) ? 1 : 0;
    }
    expect(Math.abs(withZero - 182)).toBeLessThan(43); // 4 standard deviations; run on the port
  });

  it('gives ties to the lower state and the earlier operation', () => {
    const { genotype, blocks } = decodeCell(new Float32Array(160), { blocks: 5 });
    expect(new Set(cellWords(genotype))).toEqual(new Set(['0:max_pool_3x3 1:max_pool_3x3']));
    expect(blocks[2].left).toMatchObject({ operationMargin: 0, edgeMargin: 0 });
    // The same numbers in another order on each edge are still a tie.
    const alpha = alphaOf(5, {
      2: { 1: 0.7, 5: 0.1 },
      3: { 6: 0.7, 2: 0.1 },
      4: { 4: 0.7, 7: 0.1 },
    });
    const inputs = decodeCell(alpha, { blocks: 2 }).genotype.blocks[1];
    expect([inputs.left.input, inputs.right.input]).toEqual([0, 1]);
  });

  it('does not change when a constant is added to an edge', () => {
    const value = fc.integer({ min: -16, max: 16 }).map((n) => n / 8);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 72, maxLength: 72 }),
        fc.array(value, { minLength: 9, maxLength: 9 }),
        (alpha, shifts) => {
          const shifted = alpha.map((entry, i) => entry + shifts[Math.floor(i / 8)]);
          expect(decodeCell(shifted, { blocks: 3 })).toEqual(decodeCell(alpha, { blocks: 3 }));
        },
      ),
    );
  });

  it('recovers the published cell from α that point to it', () => {
    const { blocks } = publishedArchitecture.genotype;
    const alpha = new Float32Array(160);
    blocks.forEach(({ left, right }, block) => {
      for (const { input, operation } of [left, right]) {
        alpha[edgeIndex(block, input) * 8 + PRIMITIVES.indexOf(operation)] = 1;
      }
    });
    const found = decodeCell(alpha, { blocks: 5 }).genotype.blocks;
    found.forEach((block, i) => {
      expect([block.left, block.right]).toEqual(
        [blocks[i].left, blocks[i].right].sort((a, b) => a.input - b.input),
      );
    });
  });

  it('accepts -Infinity as "forbidden" and refuses NaN', () => {
    const alpha = new Float64Array(16).fill(-Infinity);
    alpha[4] = 0;
    alpha[8] = 9;
    alpha[11] = 0;
    expect(cellWords(decodeCell(alpha, { blocks: 1 }).genotype)).toEqual([
      '0:sep_conv_3x3 1:skip_connect',
    ]);
    alpha[9] = NaN;
    expect(() => decodeCell(alpha, { blocks: 1 })).toThrow(NumericError);
    expect(() => decodeCell(alpha, { blocks: 1 })).toThrow('alpha[9]: expected a finite number');
  });

  it('does not choose what α forbids', () => {
    const alpha = new Float64Array(16).fill(-Infinity);
    alpha[4] = 0;
    alpha[8] = 0; // edge 1 has nothing but zero
    expect(() => decodeCell(alpha, { blocks: 1 })).toThrow(NumericError);
    expect(() => decodeCell(alpha, { blocks: 1 })).toThrow(
      'got only -Infinity for those of edge 1, from state 1 (zero is not chosen)',
    );
    const withZero = decodeCell(alpha, { blocks: 1 }, { zeroInArgmax: true });
    expect(cellWords(withZero.genotype)).toEqual(['0:sep_conv_3x3 1:none']);
    // Of three edges two that are allowed will do.
    const wide = new Float64Array(40);
    wide.fill(-Infinity, 16, 24);
    wide[16] = 0;
    expect(decodeCell(wide, { blocks: 2 }).blocks[1].third?.input).toBe(0);
  });

  it('refuses α of another number of blocks', () => {
    expect(() => decodeCell(new Float32Array(160), { blocks: 4 })).toThrow(ShapeError);
  });
});

describe('decodeCell over other operations', () => {
  it.each(operationLists)('equals the rule of the paper for random α: %s', (_, operations) => {
    for (let seed = 1; seed <= 100; seed++) {
      const alpha = randomAlpha(seed, seed % 2 === 0 ? 1 : 0.01, 20, operations.length);
      for (const zeroInArgmax of [false, true]) {
        const { genotype } = decodeCell(alpha, { blocks: 5, operations }, { zeroInArgmax });
        expect(cellWords(genotype)).toEqual(referenceDecode(alpha, 5, zeroInArgmax, operations));
        expect(genotypeProblem(genotype, operations)).toBeUndefined();
      }
    }
  });

  it('chooses the ninth operation where it is the most probable', () => {
    const alpha = new Float32Array(2 * 9);
    alpha[8] = 2;
    alpha[9 + 8] = 1;
    const { genotype, blocks } = decodeCell(alpha, { blocks: 1, operations: NINE });
    expect(cellWords(genotype)).toEqual(['0:inverted_bottleneck 1:inverted_bottleneck']);
    expect(blocks[0].left.probability).toBeCloseTo(Math.exp(2) / (8 + Math.exp(2)), 14);
    expect(blocks[0].left.zeroProbability).toBeCloseTo(1 / (8 + Math.exp(2)), 14);
  });

  it('lets the first column win where it is not zero, and reports no zero', () => {
    const alpha = Float32Array.from([3, 0, 0, 0, 0, 0, 0, 1]);
    const { genotype, blocks } = decodeCell(alpha, { blocks: 1, operations: FOUR });
    expect(cellWords(genotype)).toEqual(['0:sep_conv_3x3 1:skip_connect']);
    expect(blocks[0].left).toMatchObject({
      zeroProbability: 0,
      isZeroStrongest: false,
      runnerUp: { operation: 'inverted_bottleneck' },
    });
  });

  it('finds zero by what it is, not by its column', () => {
    const operations = ['skip_connect', 'none', 'max_pool_3x3'];
    const alpha = [0, 9, 1, 2, 0, 1];
    const { genotype, blocks } = decodeCell(alpha, { blocks: 1, operations });
    expect(cellWords(genotype)).toEqual(['0:max_pool_3x3 1:skip_connect']);
    expect([blocks[0].left.isZeroStrongest, blocks[0].right.isZeroStrongest]).toEqual([
      true,
      false,
    ]);
  });

  it('does not call zero the strongest where another operation is as probable', () => {
    const operations = ['none', 'skip_connect', 'max_pool_3x3'];
    const { blocks } = decodeCell([1, 1, 0, 1.25, 1, 0], { blocks: 1, operations });
    expect(blocks[0].left.isZeroStrongest).toBe(false);
    expect(blocks[0].right.isZeroStrongest).toBe(true);
  });

  it('has no runner-up where there is one operation to choose', () => {
    const { blocks } = decodeCell([5, 0, 0, 5], {
      blocks: 1,
      operations: ['none', 'skip_connect'],
    });
    expect(blocks[0].left.runnerUp).toBeUndefined();
    expect(blocks[0].left.operationMargin).toBe(blocks[0].left.probability);
  });

  it('refuses α of another number of operations, and operations it does not know', () => {
    expect(() => decodeCell(new Float32Array(160), { blocks: 5, operations: NINE })).toThrow(
      'alpha: expected 180 numbers, 20 edges of 9 operations, got 160',
    );
    expect(() => decodeCell([0, 0], { blocks: 1, operations: ['conv_9x9'] })).toThrow(
      'got "conv_9x9"; define it with defineOperation before it is used',
    );
  });
});
