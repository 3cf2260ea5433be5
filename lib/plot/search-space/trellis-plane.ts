/** The plane on which trellises are drawn: layers to the right, coarser levels downwards. */
import type { Layout } from '../figure.js';
import { levelStride, type Trellis } from '../../search-space/trellis.js';
import { colors } from '../style.js';

/** Pixels from one layer to the next, and from one level to the next. */
export interface PlaneScale {
  readonly layer: number;
  readonly level: number;
}

/** Where a trellis is drawn, in layers and levels. */
export interface PlaneRange {
  readonly x: readonly [left: number, right: number];
  /** From the top down. */
  readonly y: readonly [top: number, bottom: number];
}

/** The plane around a trellis with both layers of its stem, and the ASPPs at the end or not. */
export function planeRange(trellis: Trellis, hasAspp: boolean): PlaneRange {
  return {
    x: [-1.6, trellis.layers + (hasAspp ? 1.75 : 0.6)],
    y: [-1.5, trellis.levels - 0.45],
  };
}

/** The axes of the plane: strides at the left, layers at the top, as in Fig. 1. */
export function planeAxes(trellis: Trellis, { x, y }: PlaneRange): Layout {
  const levels = Array.from({ length: trellis.levels }, (_, level) => level);
  const layers = Array.from({ length: trellis.layers }, (_, i) => i + 1);
  const axis = { showgrid: false, zeroline: false, showline: false, ticks: '', fixedrange: true };
  return {
    xaxis: {
      ...axis,
      range: [...x],
      side: 'top',
      tickvals: [-0.5, ...layers],
      ticktext: ['layer', ...layers],
    },
    yaxis: {
      ...axis,
      range: [y[1], y[0]],
      tickvals: [-1, ...levels],
      ticktext: ['2', ...levels.map((level) => String(levelStride(level)))],
      title: { text: 'stride (downsampling)', standoff: 8 },
    },
  };
}

/** Radius of a node in pixels. */
export const NODE_RADIUS = 7;

/** The two layers of the stem, which every network has: grey, as in Fig. 1. */
export const STEM_PLACES = [
  { x: -1, y: -1, text: 'stem, stride 2' },
  { x: 0, y: 0, text: 'stem, stride 4' },
] as const;

/** The marker of a node. */
export function nodeMarker(fill: unknown): Readonly<Record<string, unknown>> {
  return { size: 2 * NODE_RADIUS, color: fill, line: { color: colors.blue, width: 1 } };
}
