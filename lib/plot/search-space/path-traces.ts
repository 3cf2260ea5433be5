/** Paths through a trellis as lines. */
import { ConfigError } from '../../errors.js';
import { pathArrows } from '../../search-space/path.js';
import { levelStride, type Trellis } from '../../search-space/trellis.js';
import type { Trace } from '../figure.js';
import { colors } from '../style.js';
import { round } from '../text.js';

/** A path to be drawn. A `KnownPath` is one, and so is an `Architecture`. */
export interface DrawnPath {
  /** One level per layer; the stem before them is at level 0. */
  readonly path: readonly number[];
  /** Its name in the legend. */
  readonly name?: string;
  /** `#rrggbb`; by default the next of {@link PATH_COLORS}. */
  readonly color?: string;
}

/** The colours of paths, none of them the blue of the arrows. */
export const PATH_COLORS: readonly string[] = [
  colors.vermilion,
  colors.green,
  colors.purple,
  colors.orange,
  colors.yellow,
];

/** How a path is drawn among others. */
export interface PathTraceOptions {
  readonly color: string;
  readonly width: number;
  /** How far below its nodes it runs, in levels, so that paths can share a way and be seen. */
  readonly shift: number;
}

/**
 * A path as a line from the stem, with a mark at each layer.
 *
 * @throws {@link ConfigError} if it is not a path of the trellis
 */
export function pathTrace(trellis: Trellis, drawn: DrawnPath, options: PathTraceOptions): Trace {
  const { path, name = 'path' } = drawn;
  if (path.length !== trellis.layers) {
    throw new ConfigError(
      `trellisFigure, ${name}: expected a path of ${trellis.layers} layers, got ${path.length}; ` +
        `draw it on createTrellis({ layers: ${path.length} })`,
    );
  }
  pathArrows(trellis, path); // throws
  const { color, width, shift } = options;
  return {
    type: 'scatter',
    mode: 'lines+markers',
    meta: 'path',
    name,
    ...pathPoints(path, shift),
    hovertemplate: `${name}<br>layer %{x}, stride %{customdata}<extra></extra>`,
    line: { color, width },
    marker: { color, size: 2 * width + 3, line: { color: colors.paper, width: 1 } },
    showlegend: drawn.name !== undefined,
  };
}

/** The points of a path, and their strides. */
export function pathPoints(
  path: readonly number[],
  shift = 0,
): { readonly x: number[]; readonly y: number[]; readonly customdata: number[] } {
  const levels = [0, ...path];
  return {
    x: [...levels.keys()],
    y: levels.map((level) => round(level + shift)),
    customdata: levels.map(levelStride),
  };
}

/** Shifts of paths that are drawn together: the first in the middle, the others beside it. */
export function pathShift(index: number): number {
  const side = index % 2 === 1 ? 1 : -1;
  return index === 0 ? 0 : side * 0.09 * Math.ceil(index / 2);
}
