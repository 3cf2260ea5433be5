/** COCO's run lengths of a label map, for tests. */
import type { LabelMap } from '../../../../lib/dataset/pixels.js';
import type { Point } from '../../../../lib/dataset/reading/masks/pillow-shapes.js';

/** The runs of a value, column by column, beginning with the pixels that do not have it. */
export function runsOf({ height, width, data }: LabelMap, value = 1): number[] {
  const runs = [0];
  let isInside = false;
  for (let i = 0; i < data.length; i++) {
    const pixel = data[(i % height) * width + Math.floor(i / height)] === value;
    if (pixel !== isInside) {
      runs.push(0);
      isInside = pixel;
    }
    runs[runs.length - 1]++;
  }
  return runs;
}

/** x0, y0, x1, y1, … as points. */
export function coordinatesToPoints(flat: readonly number[]): Point[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}
