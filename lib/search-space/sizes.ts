/** Which input sizes a trellis holds, and the sizes of its feature maps. */
import { ShapeError } from '../errors.js';
import { outputSize } from '../ops/geometry.js';
import { levelStride } from './trellis.js';

/** Height and width in pixels. */
export type FeatureSize = readonly [height: number, width: number];

/** FeatureSize of the feature maps of a level: ⌈pixels / stride⌉. */
export function levelSize([height, width]: FeatureSize, level: number): FeatureSize {
  const stride = levelStride(level);
  return [outputSize(height, stride), outputSize(width, stride)];
}

/** The two sizes next to `pixels` at which all grids of the levels meet exactly: stride·k + 1. */
export function alignedSizes(pixels: number, levels: number): readonly [number, number] {
  const stride = levelStride(levels - 1);
  const below = Math.max(Math.floor((pixels - 1) / stride), 1) * stride + 1;
  return [below, below + stride];
}

/**
 * Checks that every level's feature map has at least 2 × 2 pixels.
 *
 * Any such size works; sizes stride·k + 1 (33, 65, …, 321) are best, since there the grids of all
 * levels meet at the corners.
 *
 * @throws {@link ShapeError} that names the nearest sizes that work
 */
export function checkInputSize(size: FeatureSize, levels: number): void {
  const least = levelStride(levels - 1) + 1;
  if (size.some((pixels) => !Number.isInteger(pixels) || pixels < least)) {
    const wanted = size.map((pixels) => alignedSizes(pixels, levels)).map(([low]) => low);
    throw new ShapeError(
      `input size: expected at least ${least} × ${least} pixels for ${levels} levels (stride ` +
        `${least - 1}), got ${size.join(' × ')}; the nearest that fits well is ${wanted.join(' × ')}`,
    );
  }
}
