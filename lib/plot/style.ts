/** The common style of all figures: quiet, safe for colour-blind readers, light and dark. */
import type { Figure, Frame, Layout, Trace } from './figure.js';

/** Light marks on dark paper or the other way round. */
export type Theme = 'light' | 'dark';

/** The themes. */
export const THEMES = ['light', 'dark'] as const satisfies Theme[];

/** The colours of a theme by what they are for. */
export interface ThemeColors {
  /** The background. */
  readonly paper: string;
  /** Text and the marks that matter most. */
  readonly ink: string;
  /** Less important text: axis labels, notes. */
  readonly muted: string;
  /** Marks that only give context. */
  readonly faint: string;
  /** Grid lines, the outlines of empty places. */
  readonly grid: string;
  readonly blue: string;
  readonly vermilion: string;
  readonly green: string;
  readonly purple: string;
  readonly orange: string;
  readonly sky: string;
  readonly yellow: string;
}

/**
 * The colours that figures are made of; `styleFigure` replaces them by those of the dark theme where
 * that is asked for. A figure function uses these, or the colours of a dataset's classes.
 *
 * Source: the hues of Okabe and Ito, "Color Universal Design" (2008). Yellow is a dark olive, to be
 * seen on white; in the dark theme it is pale.
 */
export const colors: ThemeColors = {
  paper: '#fefefe',
  ink: '#1f2429',
  muted: '#5c656f',
  faint: '#a4adb7',
  grid: '#e4e8ec',
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  orange: '#e69f00',
  sky: '#56b4e9',
  yellow: '#5c5000',
};

const DARK: ThemeColors = {
  paper: '#12161b',
  ink: '#e8ebee',
  muted: '#a2abb5',
  faint: '#66707b',
  grid: '#2a3139',
  blue: '#3b95e6',
  vermilion: '#e8722e',
  green: '#0fd096',
  purple: '#d98ab4',
  orange: '#fcc22a',
  sky: '#b0d9ff',
  yellow: '#ecf08a',
};

/** The colours of a theme. */
export function themeColors(theme: Theme): ThemeColors {
  return theme === 'dark' ? DARK : colors;
}

/** The order in which series take their colours. */
const SERIES = ['blue', 'vermilion', 'green', 'purple', 'orange', 'sky', 'yellow'] as const;

/** The colours of series in order, seven of them. */
export const seriesColors: readonly string[] = SERIES.map((name) => colors[name]);

/** A colour scale as plotly takes it: places from 0 to 1 with their colours. */
export type ColorScale = readonly (readonly [place: number, color: string])[];

/** From nothing (the colour of the paper) to much, even in lightness. */
export const sequentialScale: ColorScale = [
  [0, '#f6f9fc'],
  [0.15, '#d5e5f3'],
  [0.35, '#98c6e4'],
  [0.6, '#4292c7'],
  [0.8, '#10589e'],
  [1, '#08305c'],
];

const DARK_SCALE = ['#181d24', '#1c3450', '#1d5687', '#2f86c4', '#86c1ea', '#e2f1fc'];

/** The family of all text. Every viewer has one of these. */
export const FONT_FAMILY = '"Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif';

/** How a figure is to look. */
export interface StyleOptions {
  /** *light* (default) or *dark*. */
  readonly theme?: Theme;
}

/**
 * Gives a figure the common style: fonts, axes, margins and colours of the theme. What the figure's
 * own layout says wins. Titles that are strings become `{ text }`, which plotly asks for. Styling
 * twice is styling once, with the last theme.
 *
 * @returns a new figure; the given one is not changed
 *
 * @example
 * const figure = { data: [{ type: 'scatter', x: [1, 2], y: [3, 4] }], layout: {} };
 * styleFigure(figure, { theme: 'dark' }).layout['paper_bgcolor']; // '#12161b'
 */
export function styleFigure(figure: Figure, { theme = 'light' }: StyleOptions = {}): Figure {
  const table = colorTable(theme);
  const layout = titled(recolor(figure.layout, table) as Layout);
  const { paper } = themeColors(theme);
  return {
    data: recolor(figure.data, table) as readonly Trace[],
    layout: { paper_bgcolor: paper, plot_bgcolor: paper, ...layout, template: template(theme) },
    ...(figure.frames && {
      frames: (recolor(figure.frames, table) as readonly Frame[]).map((frame) =>
        frame.layout ? { ...frame, layout: titled(frame.layout) } : frame,
      ),
    }),
  };
}

/** A layout whose titles, its own and its axes', are objects: plotly 4 takes no notice of others. */
function titled(layout: Layout): Layout {
  const withTitle = (part: Layout): Layout =>
    typeof part.title === 'string' ? { ...part, title: { text: part.title } } : part;
  const parts = Object.entries(withTitle(layout)).map(([name, part]) => {
    const isAxis = /^[xy]axis\d*$/.test(name) && typeof part === 'object' && part !== null;
    return [name, isAxis ? withTitle(part as Layout) : part];
  });
  return Object.fromEntries(parts) as Layout;
}

/**
 * A colour with an opacity, which follows the theme as the colour itself does.
 *
 * @param color - `#rrggbb`
 * @param opacity - from 0 to 1
 */
export function withOpacity(color: string, opacity: number): string {
  return `rgba(${channels(color).join(', ')}, ${Number(opacity.toFixed(3))})`;
}

/** Red, green and blue of `#rrggbb`, 0 to 255. */
function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

/** The colours of the other theme as keys, both as `#rrggbb` and as `r, g, b`. */
export function colorTable(theme: Theme): ReadonlyMap<string, string> {
  const scale = sequentialScale.map(([, color]) => color);
  const light = [...hues(colors), ...scale];
  const dark = [...hues(DARK), ...DARK_SCALE];
  const [from, to] = theme === 'dark' ? [light, dark] : [dark, light];
  return new Map(
    from.flatMap((color, i) => [
      [color, to[i]] as const,
      [channels(color).join(', '), channels(to[i]).join(', ')] as const,
    ]),
  );
}

/** The colours of a theme as a list, in the order of the light theme's. */
function hues(theme: ThemeColors): string[] {
  return (Object.keys(colors) as (keyof ThemeColors)[]).map((name) => theme[name]);
}

/** A copy of plain data in which colours of the other theme are replaced. */
export function recolor(value: unknown, table: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const color = table.get(value);
    if (color !== undefined || (!value.includes('rgba(') && !value.includes('#'))) {
      return color ?? value;
    }
    return value
      .replace(/#[0-9a-f]{6}\b/g, (hex) => table.get(hex) ?? hex)
      .replace(/rgba\((\d+, \d+, \d+)/g, (_, rgb: string) => `rgba(${table.get(rgb) ?? rgb}`);
  }
  if (Array.isArray(value)) {
    const isNumbers = typeof value[0] === 'number' && typeof value.at(-1) === 'number';
    return isNumbers ? value : value.map((item) => recolor(item, table));
  }
  if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, recolor(item, table)]),
    );
  }
  return value;
}

/** What plotly takes where a figure's layout and traces do not say. */
function template(theme: Theme): Layout {
  const { paper, ink, muted, grid, faint } = themeColors(theme);
  const scale = sequentialScale.map(([place, color], i) => [
    place,
    theme === 'dark' ? DARK_SCALE[i] : color,
  ]);
  const colorbar = { outlinewidth: 0, thickness: 12, ticklen: 3, tickcolor: faint };
  const axis = {
    color: muted,
    gridcolor: grid,
    zeroline: false,
    linecolor: faint,
    ticks: 'outside',
    ticklen: 4,
    tickcolor: faint,
    automargin: true,
    title: { font: { size: 13, color: ink }, standoff: 10 },
  };
  return {
    layout: {
      font: { family: FONT_FAMILY, size: 12, color: ink },
      title: {
        font: { size: 16 },
        subtitle: { font: { size: 12, color: muted } },
        x: 0,
        xref: 'container',
        xanchor: 'left',
        y: 1,
        yref: 'container',
        yanchor: 'top',
        pad: { l: 16, t: 16 },
      },
      margin: { l: 64, r: 24, t: 64, b: 56 },
      paper_bgcolor: paper,
      plot_bgcolor: paper,
      colorway: SERIES.map((name) => themeColors(theme)[name]),
      xaxis: { ...axis, showgrid: false, showline: true },
      yaxis: axis,
      legend: { bgcolor: 'rgba(0,0,0,0)', font: { color: ink } },
      hoverlabel: { bgcolor: paper, bordercolor: faint, font: { color: ink }, align: 'left' },
      modebar: { bgcolor: 'rgba(0,0,0,0)', color: faint, activecolor: muted },
      annotationdefaults: { font: { color: muted } },
    },
    data: { heatmap: [{ colorscale: scale, colorbar }] },
  };
}
