/** Which image sizes the derived network takes. */
import { ShapeError } from '../errors.js';
import { levelStride } from '../search-space/trellis.js';
import { nearestAligned, type Size } from '../size.js';

/**
 * Checks the size of an image.
 *
 * Every size from 1 × 1 on works: going down n pixels become ⌈n/2⌉, going up 2n − 1, H^{l-2} and the
 * DeepLab decoder's inputs are resized to what they join, and the scores to the image. With s the largest
 * stride of the path, sizes s·k + 1 (33, 65, 321, 769, 1025 × 2049) are best: all grids then meet at
 * the corners and no level is stretched against another. Below s + 1 pixels the deepest map is a
 * single pixel.
 *
 * @param path - one level per cell
 * @throws {@link ShapeError} that names the nearest sizes that fit well
 */
export function checkImageSize(path: readonly number[], size: Size): void {
  const { height, width } = size;
  if ([height, width].some((pixels) => !Number.isInteger(pixels) || pixels < 1)) {
    const nearest = nearestAligned(size, levelStride(Math.max(...path)));
    throw new ShapeError(
      `image: expected a whole number of pixels ≥ 1 in both directions, got ${height} × ${width}; ` +
        `the nearest size that fits well is ${nearest.height} × ${nearest.width}`,
    );
  }
}
