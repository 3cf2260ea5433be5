/**
 * Fills polygons with exact area coverage, so that colour edges are smooth and label edges hard.
 *
 * Each edge adds the signed area to its right into an accumulation buffer; the running sum along a
 * row is then the covered share of each pixel. A hole is an outline that runs the other way round.
 */
import type { Canvas, Shader, SurfaceIndex } from './canvas.js';
import { paintPixel } from './canvas.js';

/** A closed outline in pixels: x0, y0, x1, y1, … The pixel (0, 0) spans [0, 1] × [0, 1]. */
export type Outline = readonly number[];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pixels an outline can touch, cut to the canvas; `undefined` if there are none. */
function pixelBox(canvas: Canvas, outlines: readonly Outline[]): Box | undefined {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const outline of outlines) {
    for (let i = 0; i < outline.length; i += 2) {
      minX = Math.min(minX, outline[i]);
      maxX = Math.max(maxX, outline[i]);
      minY = Math.min(minY, outline[i + 1]);
      maxY = Math.max(maxY, outline[i + 1]);
    }
  }
  const left = Math.max(0, Math.floor(minX));
  const top = Math.max(0, Math.floor(minY));
  const right = Math.min(canvas.width, Math.ceil(maxX));
  const bottom = Math.min(canvas.height, Math.ceil(maxY));
  return left < right && top < bottom ? { left, top, right, bottom } : undefined;
}

/** Adds an edge that lies within the columns of the box, in box coordinates. */
function addEdge(
  buffer: Float32Array,
  stride: number,
  rows: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): void {
  if (ay === by) {
    return;
  }
  const direction = ay < by ? 1 : -1;
  let [x, y0, x1, y1] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const slope = (x1 - x) / (y1 - y0);
  if (y0 < 0) {
    x -= y0 * slope;
    y0 = 0;
  }
  y1 = Math.min(y1, rows);
  for (let y = Math.floor(y0); y < y1; y++) {
    const step = Math.min(y + 1, y1) - Math.max(y, y0);
    if (step <= 0) {
      continue;
    }
    x1 = x + slope * step;
    const area = step * direction;
    addSpan(buffer, y * stride, Math.min(x, x1), Math.max(x, x1), area);
    x = x1;
  }
}

/** Adds the part of an edge inside one row, which runs from `low` to `high` and is `area` tall. */
function addSpan(buffer: Float32Array, row: number, low: number, high: number, area: number): void {
  const first = Math.floor(low);
  const last = Math.ceil(high);
  if (last <= first + 1) {
    const middle = (low + high) / 2 - first;
    buffer[row + first] += area * (1 - middle);
    buffer[row + first + 1] += area * middle;
    return;
  }
  // The covered share of each column is an integral of a ramp; the buffer takes its differences.
  const rate = 1 / (high - low);
  let before = 0;
  for (let column = first; column < last; column++) {
    const from = Math.max(low, column);
    const to = Math.min(high, column + 1);
    const ramp = rate * (to - from) * (column + 1 - (from + to) / 2) + rate * (from - low);
    buffer[row + column] += area * (ramp - before);
    before = ramp;
  }
  buffer[row + last] += area * (1 - before);
}

/** Adds an edge that may leave the columns of the box; what is outside is pressed to its sides. */
function addClippedEdge(
  buffer: Float32Array,
  columns: number,
  rows: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): void {
  const stride = columns + 2;
  if (ax >= 0 && bx >= 0 && ax <= columns && bx <= columns) {
    addEdge(buffer, stride, rows, ax, ay, bx, by);
    return;
  }
  const cuts = [0];
  for (const side of [0, columns]) {
    if (ax < side !== bx < side) {
      cuts.push((side - ax) / (bx - ax));
    }
  }
  cuts.sort((p, q) => p - q);
  cuts.push(1);
  const clamp = (x: number) => Math.min(columns, Math.max(0, x));
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [s, t] = [cuts[i], cuts[i + 1]];
    addEdge(
      buffer,
      stride,
      rows,
      clamp(ax + (bx - ax) * s),
      ay + (by - ay) * s,
      clamp(ax + (bx - ax) * t),
      ay + (by - ay) * t,
    );
  }
}

/**
 * Fills one shape, which may have several outlines (holes run the other way round).
 *
 * A pixel takes the label where at least half of it is covered; its colour is mixed by coverage.
 */
export function fillPolygon(
  canvas: Canvas,
  outlines: readonly Outline[],
  surface: SurfaceIndex,
  shader: Shader,
): void {
  const box = pixelBox(canvas, outlines);
  if (box === undefined) {
    return;
  }
  const columns = box.right - box.left;
  const rows = box.bottom - box.top;
  const stride = columns + 2;
  const buffer = canvas.accumulator;
  for (const outline of outlines) {
    const count = outline.length;
    for (let i = 0; i < count; i += 2) {
      const j = (i + 2) % count;
      addClippedEdge(
        buffer,
        columns,
        rows,
        outline[i] - box.left,
        outline[i + 1] - box.top,
        outline[j] - box.left,
        outline[j + 1] - box.top,
      );
    }
  }
  for (let y = 0; y < rows; y++) {
    let sum = 0;
    for (let x = 0; x < columns; x++) {
      sum += buffer[y * stride + x];
      const coverage = Math.min(1, Math.abs(sum));
      // Rounding of the 32-bit sums leaves dust of about 1e-6 where nothing is covered.
      if (coverage > 1e-3) {
        paintPixel(
          canvas,
          box.left + x,
          box.top + y,
          coverage > 0.999 ? 1 : coverage,
          surface,
          shader,
        );
      }
    }
  }
  buffer.fill(0, 0, stride * rows);
}
