/**
 * Polygons as masks by the rule of the COCO API, so that areas and scores agree with it.
 *
 * A point (x, y) is the corner between pixels: pixel (i, j) spans [i, i + 1] × [j, j + 1]. The
 * outline is traced on a grid five times as fine (Bresenham); where it passes the middle of a pixel
 * column, the pixels from the next whole row on change between outside and inside.
 *
 * Source: the COCO API, `maskApi`, `rleFrPoly` (Dollár and Lin, 2015).
 */
import type { Size } from '../../../size.js';
import type { RunLengths } from './rle.js';

/** Grid lines per pixel. */
const FINENESS = 5;
/** The grid column, of the five of a pixel, in which its middle is. */
const MIDDLE = 2;

/** An outline may lie outside of its image by this many times the longer side of the image. */
const FARTHEST = 2;

/**
 * The first coordinate of an outline that lies too far outside of an image: a border that is much longer
 * than the image would be followed without end.
 *
 * @param coordinates - of x and y alike, in pixels
 */
export function farCoordinate(
  coordinates: readonly number[],
  { height, width }: Size,
): number | undefined {
  const most = FARTHEST * Math.max(height, width);
  return coordinates.find((value) => !(Math.abs(value) <= most));
}

/**
 * A filled polygon as run lengths; crossing parts of the outline cancel (even-odd).
 *
 * @param points - x0, y0, x1, y1, … in pixels; the outline closes itself and may leave the image
 *
 * @example
 * polygonRuns([0, 0, 2, 0, 2, 1, 0, 1], { height: 2, width: 3 }).counts; // [0, 1, 1, 1, 3]
 */
export function polygonRuns(points: readonly number[], { height, width }: Size): RunLengths {
  const grid = points.map((value) => Math.trunc(FINENESS * value + 0.5));
  const changes: number[] = [];
  const add = (gridColumn: number, gridRow: number): void => {
    const column = (gridColumn - MIDDLE) / FINENESS;
    if (Number.isInteger(column) && column >= 0 && column < width) {
      const row = (gridRow + 0.5) / FINENESS - 0.5;
      changes.push(column * height + Math.ceil(Math.min(height, Math.max(0, row))));
    }
  };
  for (let i = 0; i + 1 < grid.length; i += 2) {
    const next = (i + 2) % grid.length;
    traceEdge(grid[i], grid[i + 1], grid[next], grid[next + 1], add);
  }
  changes.push(height * width);
  return { height, width, counts: runsBetween(changes.sort((a, b) => a - b)) };
}

/** Calls `add` for each step of an edge into another grid column: the left one, the upper row. */
function traceEdge(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  add: (gridColumn: number, gridRow: number) => void,
): void {
  const isFlat = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
  if (isFlat ? x0 > x1 : y0 > y1) {
    [x0, y0, x1, y1] = [x1, y1, x0, y0];
  }
  if (isFlat) {
    const slope = (y1 - y0) / (x1 - x0);
    const rowAt = (step: number): number => Math.trunc(y0 + slope * step + 0.5);
    const first = (((MIDDLE - x0) % FINENESS) + FINENESS) % FINENESS;
    for (let step = first; step < x1 - x0; step += FINENESS) {
      add(x0 + step, Math.min(rowAt(step), rowAt(step + 1)));
    }
    return;
  }
  const slope = (x1 - x0) / (y1 - y0);
  let column = x0;
  for (let step = 1; step <= y1 - y0; step++) {
    const next = Math.trunc(x0 + slope * step + 0.5);
    if (next !== column) {
      add(Math.min(next, column), y0 + step - 1);
    }
    column = next;
  }
}

/** The runs between sorted positions; two changes at one place cancel. */
function runsBetween(changes: readonly number[]): number[] {
  const counts = [changes[0]];
  for (let i = 1; i < changes.length; i++) {
    const run = changes[i] - changes[i - 1];
    if (run > 0) {
      counts.push(run);
    } else if (++i < changes.length) {
      counts[counts.length - 1] += changes[i] - changes[i - 1];
    }
  }
  return counts;
}
