/** Sizes in pixels, and those at which the grids of all levels of a network meet. */

/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** The stride of the deepest level of the search space. */
export const LARGEST_STRIDE = 32;

/** A size as an object; a number means a square. */
export function toSize(size: number | Size): Size {
  return typeof size === 'number' ? { height: size, width: size } : size;
}

/** The size nearest to another at which all grids up to a stride meet: stride·k + 1, k ≥ 1. */
export function nearestAligned(size: Size, stride: number): Size {
  return align(size, stride, Math.round);
}

/** The smallest size stride·k + 1 (k ≥ 1) that holds an image: what it is padded to. */
export function paddedSize(size: Size, stride: number = LARGEST_STRIDE): Size {
  return align(size, stride, Math.ceil);
}

/** Grids with aligned corners meet where stride·k pixels lie between the corners. */
function align(size: Size, stride: number, round: (steps: number) => number): Size {
  const along = (pixels: number) => Math.max(round((pixels - 1) / stride), 1) * stride + 1;
  return { height: along(size.height), width: along(size.width) };
}
