/** Several designs as paths of one trellis, side by side, as Fig. 2 shows them. */
import { ConfigError } from '../../errors.js';
import { levelStride, type Trellis } from '../../search-space/trellis.js';
import type { Figure, Layout, Trace } from '../figure.js';
import { colors, withOpacity } from '../style.js';
import { pathTrace, type DrawnPath } from './path-traces.js';

/** How designs are laid out. */
export interface PathsFigureOptions {
  /** Panels in a row, 2 by default. */
  readonly columns?: number;
  readonly title?: string;
  /** In pixels, 900 by default. */
  readonly width?: number;
}

const PANEL_HEIGHT = 150;
const GAP = { x: 0.06, pixels: 46 };

/**
 * Draws each path on a trellis of its own: one panel a design.
 *
 * Source: Auto-DeepLab Fig. 2.
 *
 * @throws {@link ConfigError} if there is no path, or one is none of this trellis
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
    const place = placeOf(i, columns, height);
    return { path, place, axes: i === 0 ? '' : String(i + 1) };
  });
  return {
    data: panels.flatMap(({ path, axes }) =>
      [
        ...backdrop(trellis),
        pathTrace(trellis, path, { color: path.color ?? colors.vermilion, width: 3, shift: 0 }),
      ].map((trace): Trace => ({
        ...trace,
        xaxis: `x${axes}`,
        yaxis: `y${axes}`,
        showlegend: false,
      })),
    ),
    layout: {
      width,
      height: height + 128,
      margin: { l: 56, r: 16, t: 92, b: 36 },
      title: { text: title, subtitle: { text: 'Layers to the right, strides downwards' } },
      ...Object.fromEntries(
        panels.flatMap(({ place, axes }) => Object.entries(panelAxes(trellis, place, axes))),
      ),
      annotations: panels.map(({ path, place }, i) => ({
        text: path.name ?? `path ${i + 1}`,
        xref: 'paper',
        x: place.x[0],
        xanchor: 'left',
        yref: 'paper',
        y: place.y[1],
        yanchor: 'bottom',
        showarrow: false,
        font: { size: 13, color: colors.ink },
      })),
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
  const levels = Array.from({ length: trellis.levels }, (_, level) => level);
  const axis = { showgrid: false, zeroline: false, showline: false, ticks: '', fixedrange: true };
  return {
    [`xaxis${axes}`]: {
      ...axis,
      domain: x,
      anchor: `y${axes}`,
      range: [-0.5, trellis.layers + 0.5],
      tickvals: [0, ...Array.from({ length: trellis.layers }, (_, i) => i + 1)],
      ticktext: ['stem', ...Array.from({ length: trellis.layers }, (_, i) => i + 1)],
      tickfont: { size: 10 },
    },
    [`yaxis${axes}`]: {
      ...axis,
      domain: y,
      anchor: `x${axes}`,
      range: [trellis.levels - 0.5, -0.5],
      tickvals: levels,
      ticktext: levels.map((level) => String(levelStride(level))),
      tickfont: { size: 10 },
    },
  };
}

/** The trellis itself, in the background. */
function backdrop({ arrows, nodes }: Trellis): Trace[] {
  const common = { type: 'scatter', hoverinfo: 'skip' };
  return [
    {
      ...common,
      mode: 'lines',
      meta: 'arrows',
      x: arrows.flatMap(({ layer }) => [layer - 1, layer, null]),
      y: arrows.flatMap(({ from, to }) => [from, to, null]),
      line: { color: withOpacity(colors.faint, 0.55), width: 1 },
    },
    {
      ...common,
      mode: 'markers',
      meta: 'nodes',
      x: nodes.map(({ layer }) => layer),
      y: nodes.map(({ level }) => level),
      marker: {
        size: 9,
        color: nodes.map(({ layer }) => (layer === 0 ? colors.faint : colors.paper)),
        line: { color: colors.faint, width: 1 },
      },
    },
  ];
}
