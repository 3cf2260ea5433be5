/**
 * Polygons as OpenCV's `fillPoly` fills them, because Supervisely draws its masks with it.
 *
 * A corner is a pixel. The sides are drawn as lines of one pixel (Bresenham, from left to right),
 * and each row is filled with the pixels between its crossings with the sides, even-odd.
 *
 * Source: OpenCV 5.0, `imgproc/src/drawing.cpp`.
 */
import type { Point } from './pillow-shapes.js';
import type { PaintSpan } from './spans.js';

/** Crossings are counted in parts of a pixel. */
const PARTS = 2 ** 16;

/** Fills a polygon whose corners are whole pixels inside the image. */
export function fillPolygonOpencv(corners: readonly Point[], paint: PaintSpan): void {
  const crossings = new Map<number, number[]>();
  for (const [i, from] of corners.entries()) {
    const to = corners[(i + 1) % corners.length];
    drawThinLine(from, to, paint);
    const [[x0, y0], [x1, y1]] = from[1] < to[1] ? [from, to] : [to, from];
    const step = Math.trunc(((x1 - x0) * PARTS) / (y1 - y0));
    for (let row = y0; row < y1; row++) {
      const found = crossings.get(row) ?? [];
      found.push(x0 * PARTS + (row - y0) * step);
      crossings.set(row, found);
    }
  }
  for (const [row, found] of crossings) {
    found.sort((a, b) => a - b);
    for (let i = 0; i + 1 < found.length; i += 2) {
      const [first, last] = [found[i], found[i + 1]];
      paint(row, Math.ceil(first / PARTS), Math.floor(last / PARTS));
    }
  }
}

/** Draws a line of one pixel; at a tie the pixel nearer to the left end's row or column. */
export function drawThinLine(from: Point, to: Point, paint: PaintSpan): void {
  const [[x0, y0], [x1, y1]] = from[0] <= to[0] ? [from, to] : [to, from];
  const [dx, dy] = [x1 - x0, Math.abs(y1 - y0)];
  const down = Math.sign(y1 - y0);
  const steps = Math.max(dx, dy);
  paint(y0, x0, x0);
  for (let step = 1; step <= steps; step++) {
    const column = x0 + Math.ceil((step * dx) / steps - 0.5);
    paint(y0 + down * Math.ceil((step * dy) / steps - 0.5), column, column);
  }
}
