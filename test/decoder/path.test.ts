import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { decodePath } from '../../lib/decoder/path.js';
import { Random } from '../../lib/random.js';
import { createTrellis } from '../../lib/search-space/trellis.js';

describe('decodePath', () => {
  const trellis = () => createTrellis({ layers: 12 });

  it('decodes the documented example differently under the two end normalisations', () => {
    const small = createTrellis({ layers: 2 });
    const beta = [0, 0.1, 0, 0, 0, 0, 0];
    const valid = decodePath(beta, small);
    const scaled = decodePath(beta, small, { endNormalisation: 'two-thirds' });
    const p = 1 / (1 + Math.exp(0.1)); // of the arrow from the stem to stride 4
    expect(valid.path).toEqual([0, 0]);
    expect(valid.probability).toBeCloseTo(p / 2, 14);
    expect(valid.other).toMatchObject({
      path: [1, 0],
      endNormalisation: 'two-thirds',
      isSame: false,
    });
    expect(scaled.path).toEqual([1, 0]);
    expect(scaled.probability).toBeCloseTo(((1 - p) * 2) / 3 / 3, 14);
    expect(scaled.other).toMatchObject({ path: [0, 0], endNormalisation: 'valid' });
  });

  it('prefers paths along the ends where β is weak, as eq. 7 has it', () => {
    expect(decodePath(new Float32Array(105), trellis()).path).toEqual(new Array(12).fill(0));
  });

  it.each([
    [1, 120, 165],
    [0.1, 195, 200],
  ])('changes with the end normalisation for many β of N(0, %f)', (deviation, low, high) => {
    // An independent count on 200 random β found 141 at deviation 1 and 200 at 0.1.
    let changed = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed).fork('logits');
      const beta = Float64Array.from({ length: 105 }, () => deviation * random.normal());
      changed += decodePath(beta, trellis(), { k: 1 }).other.isSame ? 0 : 1;
    }
    expect(changed).toBeGreaterThanOrEqual(low);
    expect(changed).toBeLessThanOrEqual(high);
  });

  it('recovers any path from β that point along it, under both normalisations', () => {
    const published = [0, 0, 0, 1, 2, 1, 2, 2, 3, 3, 2, 1];
    const beta = new Float32Array(105);
    for (const { index, layer, from, to } of trellis().arrows) {
      const onPath =
        published[layer - 1] === to && (layer === 1 ? 0 : published[layer - 2]) === from;
      beta[index] = onPath ? 3 : 0;
    }
    const decoded = decodePath(beta, trellis());
    expect(decoded.path).toEqual(published);
    expect(decoded.other).toMatchObject({ path: published, isSame: true });
    expect(decoded.steps.map(({ arrow }) => arrow.to)).toEqual(published);
    // Layer 4 leaves stride 4 (two arrows), layer 6 leaves stride 16 (three).
    expect(decoded.steps[3].probability).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 1), 6);
    expect(decoded.steps[5].probability).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 2), 6);
    expect(decoded.steps[3].alternative?.to).toBe(0);
    expect(decoded.steps[3].alternative?.probability).toBeCloseTo(1 / (Math.exp(3) + 1), 6);
  });

  it('does not change when a constant is added to all arrows of a node', () => {
    const value = fc.integer({ min: -16, max: 16 }).map((n) => n / 8);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 105, maxLength: 105 }),
        fc.array(value, { minLength: 49, maxLength: 49 }),
        (beta, shifts) => {
          const shifted = [...beta];
          for (const { index, outgoing } of trellis().nodes) {
            outgoing.forEach((arrow) => (shifted[arrow] += shifts[index]));
          }
          expect(decodePath(shifted, trellis())).toEqual(decodePath(beta, trellis()));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reports the margin to the second-best path', () => {
    const { best, margin, probability } = decodePath([0, 1], createTrellis({ layers: 1 }), {
      k: 1,
    });
    const p = 1 / (1 + Math.exp(-1));
    expect(best).toHaveLength(1);
    expect(probability).toBeCloseTo(p, 14);
    expect(margin?.path).toEqual([0]);
    expect(margin?.logProbability).toBeCloseTo(1, 14);
    expect(margin?.probability).toBeCloseTo(p - (1 - p), 14);
  });

  it('names the most probable other arrow of each node on the path', () => {
    // Arrows: 0→0, 0→1 | 0→0, 0→1, 1→0, 1→1, 1→2. The path takes 0→1, then 1→0.
    const { path, steps } = decodePath([0, 4, 0, 0, 3, 1, 2], createTrellis({ layers: 2 }));
    expect(path).toEqual([1, 0]);
    expect(steps[1].alternative?.to).toBe(2);
    const total = Math.exp(3) + Math.exp(2) + Math.exp(1);
    expect(steps[1].alternative?.probability).toBeCloseTo(Math.exp(2) / total, 14);
  });

  it('has neither margin nor alternative where there is one path only', () => {
    const { path, margin, steps } = decodePath([0.3, 2], createTrellis({ layers: 2, levels: 1 }));
    expect(path).toEqual([0, 0]);
    expect(margin).toBeUndefined();
    expect(steps.map(({ alternative }) => alternative)).toEqual([undefined, undefined]);
  });

  it('refuses a k below 1', () => {
    expect(() => decodePath(new Float32Array(105), trellis(), { k: 0 })).toThrow(ConfigError);
  });

  it('never starts at stride 8 where the first layer is at stride 4', () => {
    const late = createTrellis({ layers: 3, firstLayer: 'stride-4' });
    const beta = late.arrows.map(({ from, to }) => (to > from ? 5 : 0));
    expect(decodePath(beta, late).path).toEqual([0, 1, 2]);
  });
});
