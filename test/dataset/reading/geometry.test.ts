import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisSamples,
  readingSize,
  resizeImage,
  resizeLabels,
  scaledSize,
} from '../../../lib/dataset/reading/geometry.js';

/** An image whose three channels are the given values. */
function grey(height: number, width: number, values: readonly number[]) {
  return { height, width, data: Uint8Array.from(values.flatMap((v) => [v, v, v])) };
}

describe('axisSamples', () => {
  it('doubles two pixels as worked out by hand', () => {
    // centres (i + 0.5) / 2 - 0.5 = -0.25, 0.25, 0.75, 1.25, held inside 0..1
    const { count, low, high, fraction, nearest } = axisSamples(2, 4, 0, 4);
    expect(count).toBe(4);
    expect([...low]).toEqual([0, 0, 0, 1]);
    expect([...high]).toEqual([1, 1, 1, 1]);
    expect([...fraction]).toEqual([0, 0.25, 0.75, 0]);
    expect([...nearest]).toEqual([0, 0, 1, 1]);
  });

  it('ends where the scaled axis ends', () => {
    expect(axisSamples(4, 4, 2, 5).count).toBe(2);
    expect([...axisSamples(4, 4, 2, 5).nearest]).toEqual([2, 3]);
    expect(axisSamples(4, 4, 4, 3).count).toBe(0);
  });

  it('takes each pixel as it is at scale 1', () => {
    const { low, fraction, nearest } = axisSamples(7, 7, 0, 7);
    expect([...low]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...nearest]).toEqual([...low]);
    expect(fraction.every((value) => value === 0)).toBe(true);
  });
});

describe('the size that an image is read at', () => {
  it('is a share of both sides', () => {
    expect(readingSize({ height: 1024, width: 2048 }, 0.5)).toEqual({ height: 512, width: 1024 });
  });

  it('has the longer side asked for, smaller or larger than the file', () => {
    const read = (height: number, width: number) =>
      readingSize({ height, width }, { longerSide: 513 });
    expect(read(512, 683)).toEqual({ height: 385, width: 513 }); // 512 · 513 / 683 = 384.56
    expect(read(683, 512)).toEqual({ height: 513, width: 385 });
    expect(read(225, 336)).toEqual({ height: 344, width: 513 }); // 225 · 513 / 336 = 343.5
    expect(read(1, 5000)).toEqual({ height: 1, width: 513 });
  });
});

describe('resizing', () => {
  it('mixes image pixels linearly', () => {
    const { data } = resizeImage(grey(1, 2, [0, 100]), { height: 1, width: 4 });
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([0, 25, 75, 100]);
  });

  it('halves to the mean of 2x2 pixels', () => {
    const image = grey(2, 4, [0, 10, 100, 100, 20, 30, 100, 104]);
    const { data } = resizeImage(image, { height: 1, width: 2 });
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([15, 101]);
  });

  it('keeps channels apart', () => {
    const image = { height: 1, width: 2, data: Uint8Array.of(0, 10, 20, 100, 30, 200) };
    const { data } = resizeImage(image, { height: 1, width: 4 });
    expect([...data]).toEqual([0, 10, 20, 25, 15, 65, 75, 25, 155, 100, 30, 200]);
  });

  it('takes the nearest label, the upper one at a tie', () => {
    const labels = { height: 1, width: 4, data: Uint8Array.of(1, 2, 3, 4) };
    expect([...resizeLabels(labels, { height: 1, width: 2 }).data]).toEqual([2, 4]);
    expect([...resizeLabels(labels, { height: 2, width: 8 }).data]).toEqual([
      1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 2, 2, 3, 3, 4, 4,
    ]);
  });

  it('never makes a label that was not there, and keeps the same size as it is', () => {
    const anyLabels = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .chain(([height, width]) =>
        fc
          .uint8Array({ minLength: height * width, maxLength: height * width })
          .map((data) => ({ height, width, data })),
      );
    fc.assert(
      fc.property(
        anyLabels,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (labels, height, width) => {
          const known = new Set(labels.data);
          expect(resizeLabels(labels, { height, width }).data.every((v) => known.has(v))).toBe(
            true,
          );
          expect(resizeLabels(labels, labels).data).toEqual(labels.data);
        },
      ),
    );
  });

  it('rounds sizes and keeps at least one pixel', () => {
    expect(scaledSize({ height: 361, width: 10 }, 0.75)).toEqual({ height: 271, width: 8 });
    expect(scaledSize({ height: 1, width: 1 }, 0.25)).toEqual({ height: 1, width: 1 });
  });
});
