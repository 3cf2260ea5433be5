import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { checkImageSize } from '../../lib/segmentation/image-size.js';

describe('image sizes', () => {
  it.each([
    { level: 3, height: 0, width: 64.5, nearest: '33 × 65' },
    { level: 3, height: -5, width: 321, nearest: '33 × 321' },
    { level: 1, height: 16, width: NaN, nearest: '17 × NaN' },
  ])('of $height × $width are refused with the nearest that fits', ({ level, ...size }) => {
    const check = () => {
      checkImageSize([0, level], size);
    };
    expect(check).toThrow(ShapeError);
    expect(check).toThrow(size.nearest);
  });

  it('are whole numbers of pixels from one on, whether grids meet or not', () => {
    for (const [height, width] of [
      [1, 1],
      [2, 3],
      [33, 64],
      [1025, 2049],
    ]) {
      // oxfmt-ignore
      expect(() => {
        checkImageSize([0, 1, 2, 3], { height, width });
      }).not.toThrow();
    }
  });
});
