/**
 * What an annotation of COCO covers, as runs of pixels: begin and end (exclusive), in the order of
 * COCO, column by column.
 */
import type { Size } from '../../size.js';

/** Begin, end, begin, end … of runs of pixels, ascending; pixel (x, y) has the number x · height + y. */
export type Runs = readonly number[];

/** How much finer than pixels the border of a polygon is followed. */
const SCALE = 5;

/**
 * The pixels inside a polygon.
 *
 * Its border is drawn on a grid five times finer than the pixels; where it passes the middle of a
 * column of pixels, the row below begins or ends a run.
 *
 * Source: `rleFrPoly` of the COCO API (`maskApi.c`), which this equals for every polygon.
 *
 * @param points - x, y, x, y … in pixels, at least three points
 */
export function polygonRuns(points: readonly number[], { height, width }: Size): Runs {
  const count = points.length / 2;
  const at = (i: number) => Math.trunc(SCALE * points[i] + 0.5);
  const crossings: number[] = [];
  let lastU = NaN;
  let lastV = NaN;
  const visit = (u: number, v: number): void => {
    if (u !== lastU && !Number.isNaN(lastU)) {
      const x = ((u < lastU ? u : u - 1) + 0.5) / SCALE - 0.5;
      if (Number.isInteger(x) && x >= 0 && x <= width - 1) {
        const y = (Math.min(v, lastV) + 0.5) / SCALE - 0.5;
        crossings.push(x * height + Math.ceil(Math.min(Math.max(y, 0), height)));
      }
    }
    lastU = u;
    lastV = v;
  };
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    drawLine(at(2 * i), at(2 * i + 1), at(2 * j), at(2 * j + 1), visit);
  }
  crossings.sort((a, b) => a - b);
  if (crossings.length % 2 === 1) {
    crossings.push(height * width);
  }
  return crossings;
}

/** Visits the points of a line, drawn in the same direction whichever end is the first. */
function drawLine(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  visit: (u: number, v: number) => void,
): void {
  const dx = Math.abs(toX - fromX);
  const dy = Math.abs(toY - fromY);
  const isFlat = dx >= dy;
  const isFlipped = isFlat ? fromX > toX : fromY > toY;
  const [x, y] = isFlipped ? [toX, toY] : [fromX, fromY];
  const [endX, endY] = isFlipped ? [fromX, fromY] : [toX, toY];
  const length = isFlat ? dx : dy;
  const slope = length === 0 ? 0 : (isFlat ? endY - y : endX - x) / length;
  for (let d = 0; d <= length; d++) {
    const t = isFlipped ? length - d : d;
    if (isFlat) {
      visit(t + x, Math.trunc(y + slope * t + 0.5));
    } else {
      visit(Math.trunc(x + slope * t + 0.5), t + y);
    }
  }
}

/**
 * The runs that lengths describe: of pixels outside and inside in turn, outside first.
 *
 * @returns the runs, or what is wrong with the lengths
 */
export function runsOfLengths(lengths: readonly number[], { height, width }: Size): Runs | string {
  const runs: number[] = [];
  let position = 0;
  for (const [i, length] of lengths.entries()) {
    if (!Number.isInteger(length) || length < 0) {
      return `a run of ${length} pixels`;
    }
    if (i % 2 === 1) {
      runs.push(position, position + length);
    }
    position += length;
  }
  return position === height * width ? runs : `runs of ${position} pixels in all`;
}

/**
 * The lengths in a compressed string: five bits per character from the lowest, the sixth where more
 * follow, with a sign; from the fourth number on the difference to the last but one.
 *
 * Source: `rleFrString` of the COCO API (`maskApi.c`).
 *
 * @returns the lengths, or what is wrong with the text
 */
export function lengthsOfText(text: string): readonly number[] | string {
  const lengths: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let bits = 0;
    for (let more = true; more; at++) {
      const code = text.charCodeAt(at) - 48;
      if (!(code >= 0 && code < 64) || bits > 30) {
        return at < text.length ? `"${text[at]}" at character ${at + 1}` : 'a text that is cut off';
      }
      value += (code & 31) * 2 ** bits;
      bits += 5;
      more = (code & 32) !== 0;
      if (!more && (code & 16) !== 0) {
        value -= 2 ** bits;
      }
    }
    const count = lengths.length;
    lengths.push(count > 2 ? value + lengths[count - 2] : value);
  }
  return lengths;
}
