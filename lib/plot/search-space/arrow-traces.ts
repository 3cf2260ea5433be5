/** The arrows of a trellis as lines with heads, wide where β is large. */
import type { Arrow, Trellis } from '../../search-space/trellis.js';
import { levelStride } from '../../search-space/trellis.js';
import type { Trace } from '../figure.js';
import { colors } from '../style.js';
import { NODE_RADIUS, type PlaneScale } from './trellis-plane.js';

/** Arrows of about the same weight are one trace; there are this many widths. */
export const WIDTHS = 12;

const HEAD = 6;

/**
 * The lines of all arrows, in bundles of equal width.
 *
 * @param weights - one an arrow, from 0 to 1, or undefined: all alike
 * @returns {@link WIDTHS} traces, some of them without points, or one
 */
export function arrowLines(trellis: Trellis, weights: ArrayLike<number> | undefined): Trace[] {
  if (weights === undefined) {
    return [arrowLine(trellis.arrows, { width: 1.2, opacity: 0.45 })];
  }
  const bundle = (weight: number) => Math.min(WIDTHS - 1, Math.floor(weight * WIDTHS));
  return Array.from({ length: WIDTHS }, (_, k) => {
    const weight = (k + 0.5) / WIDTHS;
    const arrows = trellis.arrows.filter(({ index }) => bundle(weights[index]) === k);
    return arrowLine(arrows, { width: 0.4 + 5 * weight, opacity: 0.12 + 0.88 * weight });
  });
}

function arrowLine(
  arrows: readonly Arrow[],
  { width, opacity }: { readonly width: number; readonly opacity: number },
): Trace {
  return {
    type: 'scatter',
    mode: 'lines',
    meta: 'arrows',
    x: arrows.flatMap(({ layer }) => [layer - 1, layer, null]),
    y: arrows.flatMap(({ from, to }) => [from, to, null]),
    line: { color: colors.blue, width },
    opacity,
    hoverinfo: 'skip',
    showlegend: false,
  };
}

/** The heads of all arrows, one trace. */
export function arrowHeads(
  trellis: Trellis,
  weights: ArrayLike<number> | undefined,
  scale: PlaneScale,
): Trace {
  const places = trellis.arrows.map((arrow) => headOf(arrow, scale));
  return {
    type: 'scatter',
    mode: 'markers',
    meta: 'arrow heads',
    x: places.map(({ x }) => x),
    y: places.map(({ y }) => y),
    marker: {
      symbol: 'arrow',
      size: HEAD,
      angle: places.map(({ angle }) => angle),
      color: colors.blue,
      ...headOpacity(trellis, weights),
    },
    hoverinfo: 'skip',
    showlegend: false,
  };
}

/** How well each head is seen. */
export function headOpacity(
  trellis: Trellis,
  weights: ArrayLike<number> | undefined,
): { readonly opacity: number | readonly number[] } {
  return weights === undefined
    ? { opacity: 0.6 }
    : { opacity: trellis.arrows.map(({ index }) => round(0.15 + 0.85 * weights[index])) };
}

/** Where the tip of an arrow is and how it points, clockwise from upwards. */
function headOf({ layer, from, to }: Arrow, scale: PlaneScale) {
  const [right, down] = [scale.layer, (to - from) * scale.level];
  const length = Math.hypot(right, down);
  const back = (NODE_RADIUS + 1) / length; // the tip touches the node
  return {
    x: round(layer - back),
    y: round(to - (to - from) * back),
    angle: round(90 + (Math.atan2(down, right) * 180) / Math.PI),
  };
}

/**
 * Invisible points on the arrows that answer to the mouse. They stand in the first half of an
 * arrow, where no other arrow crosses it.
 *
 * @param weights - one an arrow, from 0 to 1; the probability of the arrow at its node
 */
export function arrowHover(trellis: Trellis, weights: ArrayLike<number> | undefined): Trace {
  const value = '<br>probability at its node %{customdata:.3f}';
  return {
    type: 'scatter',
    mode: 'markers',
    meta: 'arrow hover',
    x: trellis.arrows.map(({ layer }) => round(layer - 1 + HOVER_AT)),
    y: trellis.arrows.map(({ from, to }) => round(from + (to - from) * HOVER_AT)),
    text: trellis.arrows.map(
      ({ layer, from, to }) =>
        `${layer === 1 ? 'stem' : `layer ${layer - 1}`}, stride ${levelStride(from)} → ` +
        `layer ${layer}, stride ${levelStride(to)}`,
    ),
    ...(weights && { customdata: arrowValues(trellis, weights) }),
    hovertemplate: `%{text}${weights === undefined ? '' : value}<extra></extra>`,
    marker: { size: 14, opacity: 0 },
    showlegend: false,
  };
}

const HOVER_AT = 0.32;

/** What the mouse reads of each arrow. */
export function arrowValues(trellis: Trellis, weights: ArrayLike<number>): number[] {
  return trellis.arrows.map(({ index }) => round(weights[index], 4));
}

/** A number with few digits. */
export function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
