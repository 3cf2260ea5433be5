import { describe, expect, it } from 'vitest';
import {
  AUTHORS_AUGMENTATION,
  CROP_ONLY,
  randomView,
  resolveAugmentation,
} from '../../../lib/dataset/reading/augment.js';
import { ConfigError } from '../../../lib/errors.js';
import { Random } from '../../../lib/random.js';

const image = { height: 100, width: 200 };
const crop = { height: 60, width: 60 };
const views = (options = AUTHORS_AUGMENTATION, size = crop) =>
  Array.from({ length: 2000 }, (_, i) =>
    randomView(new Random(1).fork(`augment/${i % 20}/${i}`), image, size, options),
  );

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

describe('randomView', () => {
  it("takes the authors' seven scales about equally often", () => {
    const counts = tally(views().map(({ scaled }) => scaled.height));
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([50, 75, 100, 125, 150, 175, 200]);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(2000 / 7 - 90); // 5 standard deviations are 78
      expect(count).toBeLessThan(2000 / 7 + 90);
    }
  });

  it('takes unrelated scales for neighbouring samples and epochs', () => {
    // 0.5 to 2 in 15,000 steps: among 300 views, about 3 of the 44,850 pairs agree by chance.
    const options = { ...AUTHORS_AUGMENTATION, scaleStep: 0 };
    const large = { height: 10_000, width: 10 };
    const heights = Array.from({ length: 300 }, (_, i) => {
      const random = new Random(1).fork(`augment/${Math.floor(i / 10)}/${i % 10}`);
      return randomView(random, large, crop, options).scaled.height;
    });
    expect(new Set(heights).size).toBeGreaterThan(290);
    const mean = heights.reduce((sum, height) => sum + height, 0) / 300;
    expect(Math.abs(mean - 12_500)).toBeLessThan(4 * (15_000 / Math.sqrt(12 * 300)));
  });

  it('mirrors every second view', () => {
    const flipped = views().filter(({ isFlipped }) => isFlipped).length;
    expect(Math.abs(flipped - 1000)).toBeLessThan(112); // 5 standard deviations
  });

  it('places the window anywhere on the image, both ends included, and never beyond', () => {
    const small = { height: 97, width: 60 };
    const drawn = views(CROP_ONLY, small);
    const tops = tally(drawn.map(({ top }) => top));
    expect([...tops.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    const lefts = drawn.map(({ left }) => left);
    expect(Math.min(...lefts)).toBeLessThan(3);
    expect(Math.max(...lefts)).toBeGreaterThan(137);
    expect(Math.max(...lefts)).toBeLessThanOrEqual(140);
  });

  it('puts an image that is smaller than the window at the upper left', () => {
    for (const view of views(CROP_ONLY, { height: 300, width: 300 }).slice(0, 20)) {
      expect(view).toMatchObject({ top: 0, left: 0, scaled: image });
    }
  });

  it('takes any scale between the limits with step 0', () => {
    const options = { ...AUTHORS_AUGMENTATION, scaleStep: 0 };
    const heights = views(options).map(({ scaled }) => scaled.height);
    expect(new Set(heights).size).toBeGreaterThan(100);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...heights)).toBeLessThanOrEqual(200);
  });

  it('gives the same view for the same generator', () => {
    expect(views().slice(0, 10)).toEqual(views().slice(0, 10));
  });
});

describe('resolveAugmentation', () => {
  it("fills in the authors' values", () => {
    expect(resolveAugmentation({ flipProbability: 0 })).toEqual({
      minScale: 0.5,
      maxScale: 2,
      scaleStep: 0.25,
      flipProbability: 0,
    });
  });

  it.each([
    { minScale: 0 },
    { minScale: 3 },
    { maxScale: Infinity },
    { scaleStep: -1 },
    { flipProbability: 1.5 },
    { minScale: Number.NaN },
  ])('refuses %j', (options) => {
    expect(() => resolveAugmentation(options)).toThrow(ConfigError);
  });
});
