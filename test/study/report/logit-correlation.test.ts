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
    expect(found?.alpha).toBeCloseTo(4 / Math.sqrt(2 * 10), 12);
    expect(found?.beta).toBeCloseTo(1, 12);
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
    expect(found?.alpha).toBeCloseTo((1 - 1 - 1) / 3, 12);
    expect(found?.beta).toBeCloseTo(1, 12);
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
    expect(found?.alpha).toBeCloseTo(4 / 5, 1);
    expect(found?.beta).toBeCloseTo(0, 1);
  });

  it('is none of one search', () => {
    expect(logitCorrelation([{ alpha: [1, 0, 0, 0], beta: still }], shape)).toBeNull();
  });
});
