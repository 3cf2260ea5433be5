/**
 * Shapes as Pillow's `ImageDraw` fills them, because labelme draws its label maps with it.
 *
 * A point (x, y) is the pixel in column x and row y, its fraction cut off; the pixels on the outline
 * belong to the shape.
 *
 * Source: Pillow 12.3, `ImageDraw` and `libImaging/Draw.c`.
 */
import type { PaintSpan } from './spans.js';

/** A point in pixels. */
export type Point = readonly [x: number, y: number];

/** A side of a polygon between whole pixels. */
interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly top: number;
  readonly bottom: number;
  /** Columns per row, as a 32-bit float. */
  readonly slope: number;
}

const f32 = Math.fround;
const halfAwayFromZero = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
const halfToZero = (x: number): number => Math.sign(x) * Math.ceil(Math.abs(x) - 0.5);

/** Fills a polygon; crossing parts of the outline cancel (even-odd). */
export function fillPolygon(points: readonly Point[], height: number, paint: PaintSpan): void {
  const corners = points.map(([x, y]): Point => [Math.trunc(x), Math.trunc(y)]);
  const edges: Edge[] = [];
  for (const [i, [x0, y0]] of corners.entries()) {
    const [x1, y1] = corners[(i + 1) % corners.length];
    if (y0 === y1) {
      paint(y0, Math.min(x0, x1), Math.max(x0, x1));
    } else {
      const slope = f32((x1 - x0) / (y1 - y0));
      edges.push({ x0, y0, top: Math.min(y0, y1), bottom: Math.max(y0, y1), slope });
    }
  }
  const lowest = Math.max(...corners.map(([, y]) => y));
  const first = Math.max(0, Math.min(...corners.map(([, y]) => y)));
  for (let row = first; row <= Math.min(lowest, height - 1); row++) {
    const crossings = crossingsOf(edges, row, Math.min(lowest, height));
    for (let i = 1; i < crossings.length; i += 2) {
      paint(row, halfAwayFromZero(crossings[i - 1]), halfToZero(crossings[i]));
    }
  }
}

const columnAt = ({ x0, y0, slope }: Edge, row: number): number =>
  f32(f32((row - y0) * slope) + x0);

/** Where the edges cross a row, sorted; an edge that ends above the lowest row counts twice there. */
function crossingsOf(edges: readonly Edge[], row: number, lowest: number): number[] {
  const crossings: number[] = [];
  for (const [index, edge] of edges.entries()) {
    if (row < edge.top || row > edge.bottom) {
      continue;
    }
    const x = columnAt(edge, row);
    if (row === edge.bottom && row < lowest) {
      crossings.push(x, x);
    } else if ((row === edge.top || row === edge.bottom) && edge.slope !== 0) {
      crossings.push(cornerColumn(edges.slice(0, index), edge, row, x));
    } else {
      crossings.push(x);
    }
  }
  return crossings.sort((a, b) => a - b);
}

/** Where two flat edges meet in a corner, the row reaches to the pixels beside it in the next row. */
function cornerColumn(earlier: readonly Edge[], edge: Edge, row: number, x: number): number {
  const beside = row + (row === edge.bottom ? -1 : 1);
  for (const other of earlier) {
    const meets =
      (row === other.top || row === other.bottom) &&
      other.slope !== 0 &&
      halfAwayFromZero(x) === halfAwayFromZero(columnAt(other, row));
    if (meets && beside >= other.top && beside <= other.bottom) {
      const [a, b] = [columnAt(edge, beside), columnAt(other, beside)];
      if (x > f32(a + 1) && x > f32(b + 1)) {
        return halfAwayFromZero(Math.max(a, b)) + 1;
      }
      if (x < f32(a - 1) && x < f32(b - 1)) {
        return halfAwayFromZero(Math.min(a, b)) - 1;
      }
      return x;
    }
  }
  return x;
}

/** Fills the rectangle between two corners, both included. */
export function fillRectangle([x0, y0]: Point, [x1, y1]: Point, height: number, paint: PaintSpan) {
  const [left, right] = [Math.trunc(Math.min(x0, x1)), Math.trunc(Math.max(x0, x1))];
  const bottom = Math.min(height - 1, Math.trunc(Math.max(y0, y1)));
  for (let row = Math.max(0, Math.trunc(Math.min(y0, y1))); row <= bottom; row++) {
    paint(row, left, right);
  }
}

/** Draws a line of some width: each piece for itself, without joints. */
export function drawLine(
  points: readonly Point[],
  lineWidth: number,
  height: number,
  paint: PaintSpan,
): void {
  for (let i = 0; i + 1 < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i], points[i + 1]].map(([x, y]) => [
      Math.trunc(x),
      Math.trunc(y),
    ]);
    const [dx, dy] = [x1 - x0, y1 - y0];
    if (dx === 0 && dy === 0) {
      paint(y0, x0, x0);
      continue;
    }
    const half = (lineWidth - 1) / 2;
    const length = Math.hypot(dx, dy);
    const [wide, narrow] = [halfAwayFromZero(half) / length, halfToZero(half) / length];
    const [leftX, rightX] = [halfToZero(narrow * dy), halfToZero(wide * dy)];
    const [rightY, leftY] = [halfToZero(narrow * dx), halfToZero(wide * dx)];
    const corners: Point[] = [
      [x0 - leftX, y0 + leftY],
      [x1 - leftX, y1 + leftY],
      [x1 + rightX, y1 - rightY],
      [x0 + rightX, y0 - rightY],
    ];
    fillPolygon(corners, height, paint);
  }
}

/**
 * Fills the circle around a point.
 *
 * In a box of a × b the widest half row r at the height y from the middle (both doubled, so that
 * they are whole numbers) is where the outline, walked from the right to the top, takes the step of
 * the least deviation |a²y² + b²r² − a²b²|.
 */
export function fillCircle([x, y]: Point, radius: number, paint: PaintSpan): void {
  const [left, top] = [Math.trunc(x - radius), Math.trunc(y - radius)];
  const a = Math.trunc(x + radius) - left;
  const b = Math.trunc(y + radius) - top;
  const deviation = (r: number, h: number): number =>
    Math.abs(a * a * h * h + b * b * (r * r - a * a));
  const row = (r: number, h: number): void => {
    for (const middle of h === 0 ? [0] : [h, -h]) {
      paint(top + (middle + b) / 2, left + (a - r) / 2, left + (a + r) / 2);
    }
  };
  let [r, h] = [a, b % 2];
  row(r, h);
  while (r > a % 2 || h < b) {
    let next: Point = [r, h + 2];
    if (r > 1) {
      for (const other of [
        [r - 2, h + 2],
        [r - 2, h],
      ] as const) {
        if (deviation(...other) < deviation(...next)) {
          next = other;
        }
      }
    }
    if (next[1] > h) {
      row(...next);
    }
    [r, h] = next;
  }
}
