/** What is under the pointer: words on a coarse grid. */
import { resizeLabels } from '../../dataset/reading/geometry.js';
import type { LabelMap } from '../../dataset/pixels.js';
import { fitInto } from './data-uri.js';

/** How many places the longer side of a picture has by default, for the words under the pointer. */
export const HOVER_GRID = 48;

/**
 * Words for the places of a coarse grid over label maps of one size.
 *
 * @param grid - places along the longer side; 0 for no words
 * @param say - the words for the labels of one place, one for each map
 * @returns `[rows][columns]`; undefined for no words
 */
export function wordsOf(
  maps: readonly LabelMap[],
  grid: number,
  say: (...labels: number[]) => string,
): readonly (readonly string[])[] | undefined {
  if (grid < 1 || maps.length === 0) {
    return undefined;
  }
  const { height, width } = fitInto(maps[0], grid);
  const small = maps.map((map) => resizeLabels(map, { height, width }).data);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => say(...small.map((data) => data[y * width + x]))),
  );
}
