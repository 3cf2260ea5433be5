import { describe, expect, it } from 'vitest';
import { logitCorrelation } from '../../../lib/study/report/logit-correlation.js';
import { completeShape, trellisOf } from '../../../lib/search-space/shape.js';
import { Random } from '../../../lib/random.js';

const shape = completeShape({ layers: 3, blocks: 1, operations: ['none', 'skip_connect'] });
const { nodes, arrows } = trellisOf(shape);
const still = arrows.map(() => 0);

/** β that differs at one node only. */
const betaOf = (values: readonly number[]) => {
  const { outgoing } = nodes.find((node) => node.outgoing.length === values.length)!;
  return arrows.map((_, arrow) => values[outgoing.indexOf(arrow)] ?? 0);
};

describe('the correlation of the logits of searches', () => {
  it('is computed by hand, without what softmax does not see', () => {
    const found = logitCorrelation(
      [
        // Less their means: (1, −1), (0, 0).
        { alpha: [3, 1, 5, 5], beta: betaOf([1, 0, -1]) },
        // (2, −2), (1, −1).
        { alpha: [2, -2, 9, 7], beta: betaOf([7, 6, 5]) },
      ],
      shape,
    );
    expect(found?.alpha.mean).toBeCloseTo(4 / Math.sqrt(2 * 10), 12);
    expect(found?.beta.mean).toBeCloseTo(1, 12);
    // Two edges of two operations; β is compared at every node that several arrows leave.
    expect(found?.alpha.byChance).toBeCloseTo(1 / Math.sqrt(2), 12);
    const free = nodes.reduce((sum, { outgoing }) => sum + Math.max(0, outgoing.length - 1), 0);
    expect(found?.beta.byChance).toBeCloseTo(1 / Math.sqrt(free), 12);
  });

  it('tells what operations are strong from where they are, by hand', () => {
    const found = logitCorrelation(
      [
        // Means over the edges (2, −2); the rest (1, −1), (−1, 1).
        { alpha: [3, -3, 1, -1], beta: betaOf([1, 0]) },
        // Means (1, −1); the rest (−2, 2), (2, −2).
        { alpha: [-1, 1, 3, -3], beta: betaOf([1, 0]) },
      ],
      shape,
    );
    expect(found?.operations).toMatchObject({ least: 1, most: 1, byChance: 1 });
    expect(found?.places.mean).toBeCloseTo(-1, 12);
    expect(found?.alpha.mean).toBeCloseTo(0, 12);
  });

  it('is the mean over all pairs, and −1 of opposites', () => {
    const [alpha, opposite] = [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ];
    const beta = betaOf([1, 0]);
    const found = logitCorrelation(
      [
        { alpha, beta },
        { alpha: opposite, beta },
        { alpha, beta },
      ],
      shape,
    );
    expect(found?.alpha.mean).toBeCloseTo((1 - 1 - 1) / 3, 12);
    expect(found?.alpha.least).toBeCloseTo(-1, 12);
    expect(found?.alpha.most).toBeCloseTo(1, 12);
    expect(found?.beta.mean).toBeCloseTo(1, 12);
  });

  it('is the share of the signal where all have one and noise of their own', () => {
    const wide = completeShape({ layers: 12, blocks: 5 });
    const random = new Random(1);
    const signal = Array.from({ length: 160 }, () => 2 * random.normal());
    const searches = Array.from({ length: 30 }, () => ({
      alpha: signal.map((value) => value + random.normal()),
      beta: trellisOf(wide).arrows.map(() => random.normal()),
    }));
    const found = logitCorrelation(searches, wide);
    expect(found?.alpha.mean).toBeCloseTo(4 / 5, 1);
    expect(found?.beta.mean).toBeCloseTo(0, 1);
    // 435 pairs of independent β: their spread is that by chance, which is their largest by 5 times.
    expect(found?.beta.most).toBeGreaterThan(2 * found!.beta.byChance);
    expect(found?.beta.most).toBeLessThan(5 * found!.beta.byChance);
  });

  it('is none of one search', () => {
    expect(logitCorrelation([{ alpha: [1, 0, 0, 0], beta: still }], shape)).toBeNull();
  });
});
