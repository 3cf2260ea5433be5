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

/**
 * A path as a line from the stem, with a mark at each layer.
 *
 * @param place - how many paths were drawn before it: it takes the next colour, and runs beside
 *   them where they share a way
 * @throws {@link ConfigError} if it is not a path of the trellis
 */
export function pathTrace(trellis: Trellis, drawn: DrawnPath, place: number, width = 3.5): Trace {
  const { path, name = 'path', color = PATH_COLORS[place % PATH_COLORS.length] } = drawn;
  if (path.length !== trellis.layers) {
    throw new ConfigError(
      `trellisFigure, ${name}: expected a path of ${trellis.layers} layers, got ${path.length}; ` +
        `draw it on createTrellis({ layers: ${path.length} })`,
    );
  }
  pathArrows(trellis, path); // throws
  const levels = [0, ...path];
  const shift = (place % 2 === 1 ? 0.09 : -0.09) * Math.ceil(place / 2);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    meta: 'path',
    name,
    x: [...levels.keys()],
    y: levels.map((level) => round(level + shift)),
    customdata: levels.map(levelStride),
    text: levels.map((_, layer) => (layer === 0 ? 'stem' : `layer ${layer}`)),
    hovertemplate: `${name}<br>%{text}, stride %{customdata}<extra></extra>`,
    line: { color, width },
    marker: { color, size: 2 * width + 3, line: { color: colors.paper, width: 1 } },
    showlegend: drawn.name !== undefined,
  };
}
