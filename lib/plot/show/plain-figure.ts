/** Figures as small JSON, as they are shown. */
import type { Figure } from '../figure.js';
import { styleFigure, type StyleOptions } from '../style.js';

/** What viewers are told besides the figure: no logo, no button that uploads it to plotly's cloud. */
export const PLOTLY_CONFIG = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ['select2d', 'lasso2d'],
  showSendToCloud: false, // "Share chart…" of plotly 4
  showEditInChartStudio: false, // the same of earlier versions, which some viewers have
  plotlyServerURL: '',
} as const;

/** A figure as every viewer and page gets it. */
export interface ShownFigure extends Figure {
  readonly config: typeof PLOTLY_CONFIG;
}

/** A figure in the common style, plain, with the configuration of its viewers. */
export function shownFigure(figure: Figure, style: StyleOptions): ShownFigure {
  return { ...plainFigure(styleFigure(figure, style)), config: PLOTLY_CONFIG };
}

/** How many digits of a number a figure keeps: more than a screen can show. */
export const DIGITS = 5;

/**
 * The figure as JSON keeps it: typed arrays become lists, NaN and infinities null (which plotly
 * leaves out), and numbers that are not whole keep five digits.
 */
export function plainFigure(figure: Figure): Figure {
  return plain(figure) as Figure;
}

/** JSON that can stand inside a `<script>` of a page. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

function plain(value: unknown): unknown {
  if (typeof value === 'number') {
    return rounded(value);
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>, rounded);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, plain(item)]),
    );
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

function rounded(value: number): number | null {
  if (Number.isInteger(value)) {
    return value;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
}
