import { describe, expect, it } from 'vitest';
import { labelsOfPicture, prepareImage, sizeToRead } from '../../../lib/export/web/page/prepare.js';

describe('the size at which a picture is read', () => {
  it.each<[string, Parameters<typeof sizeToRead>, [number, number]]>([
    [
      'as trained',
      [{ height: 360, width: 480 }, { resolution: 0.5, size: 'any' }, undefined],
      [180, 240],
    ],
    [
      'no larger than is asked',
      [{ height: 360, width: 480 }, { resolution: 1, size: 'any' }, 257],
      [192, 257],
    ],
    [
      'never larger than as trained',
      [{ height: 20, width: 30 }, { resolution: 1, size: 'any' }, 257],
      [20, 30],
    ],
    [
      'within the input of the graph',
      [{ height: 400, width: 200 }, { resolution: 1, size: { height: 129, width: 257 } }, 257],
      [129, 64],
    ],
    [
      'at least one pixel',
      [{ height: 1, width: 3000 }, { resolution: 1, size: 'any' }, 257],
      [1, 257],
    ],
  ])('is %s', (_, args, [height, width]) => {
    expect(sizeToRead(...args)).toEqual({ height, width });
  });
});

describe('a picture', () => {
  const network = { resolution: 1, size: 'any' } as const;
  // Two pixels: red, and a blue that is seen through to a half and a fifth.
  const data = Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 255, 51);

  it('is padded with zeros to 33 x 33, from -1 to 1, with white behind it', () => {
    const { size, padded, values } = prepareImage(
      { height: 1, width: 2, data },
      network,
      undefined,
    );
    expect(size).toEqual({ height: 1, width: 2 });
    expect(padded).toEqual({ height: 33, width: 33 });
    expect([...values.slice(0, 3)]).toEqual([1, -1, -1]);
    expect(values[3]).toBeCloseTo((2 * 204) / 255 - 1, 6); // 0.8 of white
    expect(values[5]).toBe(1);
    expect(values.slice(6).every((value) => value === 0)).toBe(true);
  });

  it('gets the labels of its part, at its own size', () => {
    const padded = { height: 33, width: 33 };
    const labels = new Int32Array(33 * 33).fill(9);
    labels.set([1, 2], 0);
    const sizes = { size: { height: 1, width: 2 }, padded };
    expect([...labelsOfPicture(labels, sizes, { height: 2, width: 4 })]).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2,
    ]);
  });
});
