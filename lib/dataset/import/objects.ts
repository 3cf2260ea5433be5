/** Painting the objects of an annotation one over the other. */
import type { LabelMap } from '../pixels.js';
import { paintRuns, runArea, type RunLengths } from '../reading/masks/rle.js';
import type { Overlap } from './format.js';

/** One object. */
export interface PaintedObject {
  /** The index of its class. */
  readonly index: number;
  /** Its number of pixels, overlapped ones included; asked for only where the smaller shows. */
  area(): number;
  /** Gives its pixels a value. */
  paint(map: LabelMap, value: number): void;
}

/** How overlaps are decided, for the report. */
export const OVERLAP_WORDS: Readonly<Record<Overlap, string>> = {
  smaller: 'of two overlapping objects the smaller shows, at a tie the later in the file',
  later: 'of two overlapping objects the later in the file shows',
};

/** An object that is a set of masks as run lengths. */
export function objectOfRuns(index: number, masks: readonly RunLengths[]): PaintedObject {
  return {
    index,
    area: () => masks.reduce((sum, runs) => sum + runArea(runs), 0),
    paint(map, value) {
      for (const runs of masks) {
        paintRuns(map, runs, value);
      }
    },
  };
}

/** Paints objects into a label map. */
export function paintObjects(
  map: LabelMap,
  objects: readonly PaintedObject[],
  overlap: Overlap,
): LabelMap {
  const order =
    overlap === 'later'
      ? objects
      : objects
          .map((object) => ({ object, area: object.area() }))
          .sort((a, b) => b.area - a.area)
          .map(({ object }) => object);
  for (const object of order) {
    object.paint(map, object.index);
  }
  return map;
}
