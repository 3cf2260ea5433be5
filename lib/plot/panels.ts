/** Several plots one below the other that share their horizontal axis. */
import type { Layout } from './figure.js';
import { colors } from './style.js';

/** One of the plots. */
export interface Panel {
  /** What it shows; stands above it. */
  readonly title: string;
  /** Its height compared with the others'; 1 by default. */
  readonly weight?: number;
  /** What its vertical axis has besides the common style. */
  readonly axis?: Layout;
}

/** The plots of a figure, for its layout and its traces. */
export interface Panels {
  /** Axes and the titles above the plots, as annotations. */
  readonly axes: Layout;
  readonly annotations: readonly Layout[];
  /** The name of each plot's vertical axis as traces have it: `y`, `y2`, … */
  readonly yaxis: readonly string[];
}

/** An axis without lines, grid and marks, which stays as it is. */
export const BARE_AXIS: Layout = {
  showgrid: false,
  zeroline: false,
  showline: false,
  ticks: '',
  fixedrange: true,
};

/** A text in a figure, without an arrow. */
export function note(
  text: string,
  place: Layout,
  { size = 11, color = colors.muted }: { readonly size?: number; readonly color?: string } = {},
): Layout {
  return { text, showarrow: false, font: { size, color }, ...place };
}

/** A text above what it is about, at a place of the whole figure from 0 to 1. */
export function caption(text: string, x: number, y: number, font = {}): Layout {
  const place = { xref: 'paper', x, xanchor: 'left', yref: 'paper', y, yanchor: 'bottom' };
  return note(text, place, { size: 13, color: colors.ink, ...font });
}

/** Free height between two plots, as a share of all. */
const GAP = 0.11;

/**
 * Lays plots out from top to bottom.
 *
 * @param xaxis - what the common horizontal axis has besides the common style
 */
export function stackPanels(panels: readonly Panel[], xaxis: Layout): Panels {
  const free = 1 - GAP * (panels.length - 1);
  const total = panels.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let top = 1;
  const places = panels.map(({ weight = 1 }) => {
    const bottom = Math.max(0, top - (free * weight) / total);
    const place = [bottom, top] as const;
    top = bottom - GAP;
    return place;
  });
  const id = (i: number) => (i === 0 ? '' : `${i + 1}`);
  const axes: Record<string, unknown> = {
    xaxis: { anchor: `y${id(panels.length - 1)}`, ...xaxis },
  };
  panels.forEach(({ axis }, i) => {
    axes[`yaxis${id(i)}`] = { domain: places[i], anchor: 'x', nticks: 6, ...axis };
  });
  const annotations = panels.map(({ title }, i) => ({
    ...caption(title, 0, places[i][1]),
    yshift: 4,
  }));
  return { axes, annotations, yaxis: panels.map((_, i) => `y${id(i)}`) };
}

/**
 * A dotted vertical line through all plots, with a text at its top.
 *
 * @param place - of the text, where it is not inside the plot and to the right of the line
 */
export function verticalMark(
  x: number,
  text: string,
  { color = colors.faint, ...place }: Layout & { readonly color?: string } = {},
): { shape: Layout; annotation: Layout } {
  const line = { color, width: 1, dash: 'dot' };
  const inside = { x, xanchor: 'left', xshift: 3, yref: 'paper', y: 1, yanchor: 'top' };
  return {
    shape: { type: 'line', x0: x, x1: x, yref: 'paper', y0: 0, y1: 1, layer: 'below', line },
    annotation: note(text, { ...inside, ...place }, color === colors.faint ? {} : { color }),
  };
}
