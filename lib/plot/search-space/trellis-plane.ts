/** The plane on which trellises are drawn: layers to the right, coarser levels downwards. */
import { levelStride, type Trellis } from '../../search-space/trellis.js';
import type { Layout } from '../figure.js';
import { BARE_AXIS } from '../panels.js';

/** Pixels from one layer to the next, and from one level to the next. */
export interface PlaneScale {
  readonly layer: number;
  readonly level: number;
}

/** The plane around a trellis with both layers of its stem, and the ASPPs at the end or not. */
export function planeRange({ layers, levels }: Trellis, hasAspp: boolean) {
  return { x: [-1.6, layers + (hasAspp ? 1.75 : 0.6)], y: [levels - 0.45, -1.5] };
}

/** Ticks at the strides of all levels. */
export function levelTicks({ levels }: Trellis) {
  const tickvals = Array.from({ length: levels }, (_, level) => level);
  return { tickvals, ticktext: tickvals.map((level) => String(levelStride(level))) };
}

/** The axes of the plane: strides at the left, layers at the top, as in Fig. 1. */
export function planeAxes(trellis: Trellis, { x, y }: ReturnType<typeof planeRange>): Layout {
  const { tickvals, ticktext } = levelTicks(trellis);
  const layers = Array.from({ length: trellis.layers }, (_, i) => i + 1);
  return {
    xaxis: {
      ...BARE_AXIS,
      range: x,
      side: 'top',
      tickvals: [-0.5, ...layers],
      ticktext: ['layer', ...layers],
    },
    yaxis: {
      ...BARE_AXIS,
      range: y,
      tickvals: [-1, ...tickvals],
      ticktext: ['2', ...ticktext],
      title: { text: 'stride (downsampling)', standoff: 8 },
    },
  };
}

/** Radius of a node in pixels. */
export const NODE_RADIUS = 7;

/** The legend of paths, in a row below the plane. */
export const PATH_LEGEND = { orientation: 'h', x: 0, y: -0.01, xanchor: 'left', yanchor: 'top' };
