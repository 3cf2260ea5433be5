/** Traces as many figures have them. */
import type { Layout, Trace } from './figure.js';
import { withOpacity } from './style.js';

/** More points than this are drawn without marks. */
const MOST_MARKED = 60;

/** What is known of every line. */
export interface Series {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly x: readonly number[];
}

/**
 * A line, with a mark at each point as long as there are few.
 *
 * @param more - further fields of the trace
 */
export function lineTrace(
  { name, color, x, y }: Series & { readonly y: readonly number[] },
  more: Layout = {},
): Trace {
  return {
    type: 'scatter',
    mode: x.length > MOST_MARKED ? 'lines' : 'lines+markers',
    name,
    x,
    y,
    line: { color, width: 2.5 },
    marker: { size: 5 },
    cliponaxis: false, // the marks at the edges are whole
    ...more,
  };
}

/** A pale area between two lines. */
export function bandTrace(
  { name, color, x }: Series,
  [low, high]: readonly [low: readonly number[], high: readonly number[]],
  more: Layout = {},
): Trace {
  const pale = withOpacity(color, 0.16);
  return {
    type: 'scatter',
    mode: 'lines',
    name,
    x: [...x, ...[...x].reverse()],
    y: [...high, ...[...low].reverse()],
    fill: 'toself',
    fillcolor: pale,
    line: { width: 0, color: pale },
    hoverinfo: 'skip',
    ...more,
  };
}

/** Marks that do not answer to the mouse and do not stand in the legend. */
export function silentTrace(
  mode: 'lines' | 'markers',
  meta: string,
  [x, y]: readonly [x: readonly (number | null)[], y: readonly (number | null)[]],
  more: Layout,
): Trace {
  return { type: 'scatter', mode, meta, x, y, hoverinfo: 'skip', showlegend: false, ...more };
}

/** Marks that say a text when they are pointed at; they do not stand in the legend. */
export function namedTrace(
  mode: 'markers' | 'lines+markers',
  meta: string,
  points: readonly { readonly x: number; readonly y: number; readonly text: string }[],
  more: Layout,
): Trace {
  return {
    type: 'scatter',
    mode,
    meta,
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    text: points.map(({ text }) => text),
    hovertemplate: '%{text}<extra></extra>',
    showlegend: false,
    ...more,
  };
}

/** The corners of rectangles around points, as the coordinates of one line. */
export function rectangles(
  middles: readonly (readonly [x: number, y: number])[],
  halfWidth: number,
  halfHeight: number,
): [x: (number | null)[], y: (number | null)[]] {
  const [w, h] = [halfWidth, halfHeight];
  return [
    middles.flatMap(([x]) => [x - w, x + w, x + w, x - w, x - w, null]),
    middles.flatMap(([, y]) => [y - h, y - h, y + h, y + h, y - h, null]),
  ];
}

/** At most so many items, evenly spread, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  return items.length <= most
    ? items
    : Array.from(
        { length: most },
        (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))],
      );
}
