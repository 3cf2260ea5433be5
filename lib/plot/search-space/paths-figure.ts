/** Several designs as paths of one trellis, side by side, as Fig. 2 shows them. */
import { ConfigError } from '../../errors.js';
import type { Trellis } from '../../search-space/trellis.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS, caption } from '../panels.js';
import { colors, withOpacity } from '../style.js';
import { silentTrace } from '../traces.js';
import { arrowPoints } from './arrow-traces.js';
import { pathTrace, type DrawnPath } from './path-traces.js';
import { levelTicks } from './trellis-plane.js';

/** How designs are laid out. */
export interface PathsFigureOptions extends FigureOptions {
  /** Panels in a row, 2 by default. */
  readonly columns?: number;
  /** In pixels, 900 by default. */
  readonly width?: number;
}

const PANEL_HEIGHT = 150;
const GAP = { x: 0.06, pixels: 46 };

/**
 * Draws each path on a trellis of its own: one panel per design.
 *
 * Source: Auto-DeepLab Fig. 2.
 *
 * @throws {@link ConfigError} if there is no path, or one is not of this trellis
 *
 * @example
 * const figure = pathsFigure(createTrellis({ layers: 12 }), Object.values(KNOWN_PATHS));
 */
export function pathsFigure(
  trellis: Trellis,
  paths: readonly DrawnPath[],
  options: PathsFigureOptions = {},
): Figure {
  if (paths.length === 0) {
    throw new ConfigError('pathsFigure: expected at least one path, got none');
  }
  const { columns = 2, title = 'Designs as paths of the search space', width = 900 } = options;
  const rows = Math.ceil(paths.length / columns);
  const height = rows * PANEL_HEIGHT + (rows - 1) * GAP.pixels;
  const panels = paths.map((path, i) => {
    const axes = i === 0 ? '' : String(i + 1);
    return { path, place: placeOf(i, columns, height), axes, name: path.name ?? `path ${i + 1}` };
  });
  return {
    data: panels.flatMap(({ path, axes }) =>
      [...backdrop(trellis), pathTrace(trellis, path, 0, 3)].map((trace) => ({
        ...trace,
        xaxis: `x${axes}`,
        yaxis: `y${axes}`,
        showlegend: false,
      })),
    ),
    layout: {
      width,
      ...framed({
        heading: heading(title, ['layers to the right, strides downwards'], width),
        plotHeight: height,
        below: 36,
        margin: { l: 56, r: 16 },
      }),
      ...Object.fromEntries(
        panels.flatMap(({ place, axes }) => Object.entries(panelAxes(trellis, place, axes))),
      ),
      annotations: panels.map(({ name, place }) => caption(name, place.x[0], place.y[1])),
      hovermode: 'closest',
    },
  };
}

/** The rectangle of a panel, in shares of the plotting area from the lower left corner. */
interface Place {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

function placeOf(index: number, columns: number, height: number): Place {
  const [row, column] = [Math.floor(index / columns), index % columns];
  const width = (1 - GAP.x * (columns - 1)) / columns;
  const left = column * (width + GAP.x);
  const top = 1 - (row * (PANEL_HEIGHT + GAP.pixels)) / height;
  return { x: [left, left + width], y: [Math.max(0, top - PANEL_HEIGHT / height), top] };
}

function panelAxes(trellis: Trellis, { x, y }: Place, axes: string): Layout {
  const layers = Array.from({ length: trellis.layers }, (_, i) => i + 1);
  const axis = { ...BARE_AXIS, tickfont: { size: 10 } };
  return {
    [`xaxis${axes}`]: {
      ...axis,
      domain: x,
      anchor: `y${axes}`,
      range: [-0.5, trellis.layers + 0.5],
      tickvals: [0, ...layers],
      ticktext: ['stem', ...layers],
    },
    [`yaxis${axes}`]: {
      ...axis,
      ...levelTicks(trellis),
      domain: y,
      anchor: `x${axes}`,
      range: [trellis.levels - 0.5, -0.5],
    },
  };
}

/** The trellis itself, in the background. */
function backdrop({ arrows, nodes }: Trellis): Trace[] {
  const places = [nodes.map(({ layer }) => layer), nodes.map(({ level }) => level)] as const;
  const color = nodes.map(({ layer }) => (layer === 0 ? colors.faint : colors.paper));
  const line = { color: colors.faint, width: 1 };
  return [
    silentTrace('lines', 'arrows', arrowPoints(arrows), {
      line: { ...line, color: withOpacity(colors.faint, 0.55) },
    }),
    silentTrace('markers', 'nodes', places, { marker: { size: 9, color, line } }),
  ];
}
