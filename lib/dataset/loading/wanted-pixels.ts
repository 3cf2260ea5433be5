/** Windows that hold a class. */
import type { LabelMap } from '../pixels.js';
import { drawLabels, type View } from '../reading/view.js';

/** Pixels of a class that a window should hold. */
export interface WantedPixels {
  readonly trainId: number;
  readonly pixels: number;
}

/** A window is drawn at most this often after the first, as in DAFormer's code. */
const MOST_DRAWS = 10;

/** The pixels of a class in a window. */
function pixelsIn(labels: LabelMap, view: View, trainId: number): number {
  const window = new Uint8Array(view.height * view.width);
  drawLabels(labels, view, window);
  return window.reduce((sum, label) => sum + (label === trainId ? 1 : 0), 0);
}

/**
 * The first window with enough pixels of a class; the last of ten others if none has.
 *
 * Source: `get_rare_class_sample` of DAFormer's code (Hoyer et al., CVPR 2022).
 *
 * @param another - draws the i-th other window, from 0
 */
export function viewWith(
  labels: LabelMap,
  { trainId, pixels }: WantedPixels,
  first: View,
  another: (i: number) => View,
): View {
  let view = first;
  for (let i = 0; i < MOST_DRAWS && pixelsIn(labels, view, trainId) < pixels; i++) {
    view = another(i);
  }
  return view;
}
