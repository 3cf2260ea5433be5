/** Axes that do not mislead: whole epochs, shares up to 100 %. */
import { percent } from '../text.js';
import type { Layout } from './figure.js';

/** The most marks of an axis of epochs, without that at its beginning. */
const MOST_MARKS = 8;

/**
 * The horizontal axis of what is known of epochs: marks stand at whole epochs.
 *
 * @param epochs - those that are drawn, in any order
 */
export function epochsAxis(epochs: readonly number[], title = 'epochs done'): Layout {
  const span = epochs.length === 0 ? 0 : Math.max(...epochs) - Math.min(...epochs);
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(span, 1) / MOST_MARKS)));
  const dtick = [1, 2, 5, 10].map((n) => n * size).find((step) => span / step <= MOST_MARKS);
  return { title: { text: title }, tickformat: 'd', tick0: 0, dtick };
}

/** The least span of an axis of entropies, so that small changes look small: five points. */
const LEAST_SPAN = 0.05;

/** A vertical axis of entropies, and what the caption above it says of it. */
export interface EntropyAxis {
  readonly axis: Layout;
  /** Where the axis begins, such as ` (axis from 94 %)`; empty where that is 0 %. */
  readonly note: string;
}

/**
 * The vertical axis of entropies as shares of their largest value: it ends at 100 %, and says where it begins.
 *
 * @param values - all that is drawn
 */
export function entropyAxis(values: readonly number[]): EntropyAxis {
  const known = values.filter(Number.isFinite);
  const top = Math.max(1, ...known); // of shares of another value, more than that is drawn, too
  const lowest = Math.min(top, ...known);
  const span = Math.max(LEAST_SPAN, 1.1 * (top - lowest));
  const step = span > 0.5 ? 0.1 : span > 0.1 ? 0.02 : 0.01; // where it may begin
  const bottom = Math.max(0, Math.floor((top - span) / step + 1e-9) * step);
  return {
    axis: { range: [Number(bottom.toFixed(2)), top], tickformat: ',.3~%', nticks: 5 },
    note: bottom > 0 ? ` (axis from ${percent(bottom, 0)})` : '',
  };
}
