import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumericError, ShapeError } from '../../lib/errors.js';
import { normalizeAlpha } from '../../lib/architecture/normalize-alpha.js';
import { normalizeBeta } from '../../lib/architecture/normalize-beta.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { arrowNumbers } from '../helpers/brute-force-paths.js';

const logit = fc.double({ min: -50, max: 50, noNaN: true });

describe('normalizeAlpha', () => {
  it('sums to 1 over the operations of each edge', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 40, maxLength: 40 }), (alpha) => {
        const rows = normalizeAlpha(alpha, 2);
        for (let edge = 0; edge < 5; edge++) {
          const sum = rows.slice(edge * 8, edge * 8 + 8).reduce((a, b) => a + Math.exp(b), 0);
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('says how many numbers it needs', () => {
    expect(() => normalizeAlpha(new Float32Array(100), 5)).toThrow(ShapeError);
    expect(() => normalizeAlpha(new Float32Array(100), 5)).toThrow(
      'alpha: expected 160 numbers, 20 edges of 8 operations, got 100',
    );
  });
});

describe('normalizeBeta', () => {
  const trellis = createTrellis({ layers: 12 });
  const betas = fc.array(logit, { minLength: 105, maxLength: 105 });
  const sums = (probabilities: Float64Array) =>
    trellis.nodes
      .filter(({ layer }) => layer < 12)
      .map(({ outgoing }) => outgoing.reduce((a, b) => a + Math.exp(probabilities[b]), 0));

  it('sums to 1 over the outgoing arrows of every node', () => {
    fc.assert(
      fc.property(betas, (beta) => {
        for (const sum of sums(normalizeBeta(beta, trellis))) {
          expect(sum).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('makes 1/2 of equal logits at the ends and 1/3 inside', () => {
    const probabilities = normalizeBeta(new Float32Array(105), trellis).map(Math.exp);
    const numbers = arrowNumbers(12);
    const at = (key: string) => probabilities[numbers.get(key) ?? NaN];
    for (const key of ['1/0/0', '1/0/1', '7/0/1', '7/3/2', '7/3/3', '12/3/3']) {
      expect(at(key)).toBeCloseTo(1 / 2, 14);
    }
    for (const key of ['2/1/0', '2/1/1', '2/1/2', '7/2/3', '12/1/1']) {
      expect(at(key)).toBeCloseTo(1 / 3, 14);
    }
  });

  it("makes all arrows equal with 'two-thirds', and sums to 2/3 at the ends", () => {
    for (const value of normalizeBeta(new Float32Array(105), trellis, 'two-thirds')) {
      expect(Math.exp(value)).toBeCloseTo(1 / 3, 14);
    }
    const all = sums(normalizeBeta(Float64Array.from({ length: 105 }, (_, i) => Math.sin(i)), trellis, 'two-thirds')); // prettier-ignore
    trellis.nodes.slice(0, all.length).forEach(({ level }, i) => {
      expect(all[i]).toBeCloseTo(level === 0 || level === 3 ? 2 / 3 : 1, 14);
    });
  });

  it('lets each arrow act on its own node only, both arrows of an end node included', () => {
    // A port normalised one arrow of two here, and used one entry for another there.
    const base = normalizeBeta(new Float64Array(105), trellis);
    for (const arrow of trellis.arrows) {
      const beta = new Float64Array(105);
      beta[arrow.index] = 1;
      const changed = normalizeBeta(beta, trellis);
      const moved = trellis.arrows.filter(({ index }) => changed[index] !== base[index]);
      expect(moved.every(({ layer, from }) => layer === arrow.layer && from === arrow.from)).toBe(
        true,
      );
      expect(moved).toHaveLength(arrow.from === 0 || arrow.from === 3 ? 2 : 3);
      expect(changed[arrow.index]).toBeGreaterThan(base[arrow.index]);
    }
  });

  it('refuses a wrong length, NaN, and a node without a way out', () => {
    expect(() => normalizeBeta([1, 2, 3], trellis)).toThrow(ShapeError);
    expect(() => normalizeBeta([1, 2, 3], trellis)).toThrow(
      'beta: expected 105 numbers, one an arrow of a trellis of 12 layers, got 3',
    );
    expect(() => normalizeBeta([0, NaN], createTrellis({ layers: 1 }))).toThrow(NumericError);
    expect(() => normalizeBeta([-Infinity, -Infinity], createTrellis({ layers: 1 }))).toThrow(
      'beta, layer 0 at level 0: expected at least one finite number',
    );
  });
});
