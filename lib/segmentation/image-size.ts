/** Which image sizes the derived network takes. */
import { ShapeError } from '../errors.js';
import { alignedSizes } from '../search-space/sizes.js';

/** The size next to `pixels` at which the grids of all levels of a path meet: stride·k + 1. */
function nearestAligned(pixels: number, levels: number): number {
  const [below, above] = alignedSizes(pixels, levels);
  return pixels - below <= above - pixels ? below : above;
}

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
export function checkImageSize(path: readonly number[], height: number, width: number): void {
  const sizes = [height, width];
  if (sizes.some((pixels) => !Number.isInteger(pixels) || pixels < 1)) {
    const levels = Math.max(...path) + 1;
    const nearest = sizes.map((pixels) => nearestAligned(pixels, levels));
    throw new ShapeError(
      `image: expected a whole number of pixels ≥ 1 in both directions, got ${sizes.join(' × ')}; ` +
        `the nearest size that fits well is ${nearest.join(' × ')}`,
    );
  }
}
