/** Which input sizes a trellis holds, and the sizes of its feature maps. */
import { ShapeError } from '../errors.js';
import { outputSize } from '../ops/geometry.js';
import { nearestAligned, type Size } from '../size.js';
import { levelStride } from './trellis.js';

/** The size of the feature maps of a level: ⌈pixels / stride⌉. */
export function levelSize({ height, width }: Size, level: number): Size {
  const stride = levelStride(level);
  return { height: outputSize(height, stride), width: outputSize(width, stride) };
}

/**
 * Checks that every level's feature map has at least 2 × 2 pixels.
 *
 * Any such size works; sizes stride·k + 1 (33, 65, …, 321) are best, since there the grids of all
 * levels meet at the corners.
 *
 * @throws {@link ShapeError} that names the nearest sizes that work
 */
export function checkInputSize(size: Size, levels: number): void {
  const stride = levelStride(levels - 1);
  const least = stride + 1;
  const { height, width } = size;
  if ([height, width].some((pixels) => !Number.isInteger(pixels) || pixels < least)) {
    const nearest = nearestAligned(size, stride);
    throw new ShapeError(
      `input size: expected at least ${least} × ${least} pixels for ${levels} levels (stride ` +
        `${stride}), got ${height} × ${width}; the nearest size that fits well is ` +
        `${nearest.height} × ${nearest.width}`,
    );
  }
}
