/** The arrows of a trellis as lines with heads, wide where β is large. */
import { levelStride, type Arrow, type Trellis } from '../../search-space/trellis.js';
import type { Trace } from '../figure.js';
import { colors } from '../style.js';
import { round } from '../text.js';
import { NODE_RADIUS, type PlaneScale } from './trellis-plane.js';

/** Arrows of about the same probability are one trace; there are this many widths. */
export const WIDTHS = 12;

const HEAD = 6;

/**
 * The lines of all arrows, in bundles of equal width.
 *
 * @param probabilities - one per arrow, or undefined: all alike
 * @returns {@link WIDTHS} traces, some of them without points, or one
 */
export function arrowLines(
  trellis: Trellis,
  probabilities: ArrayLike<number> | undefined,
): Trace[] {
  if (probabilities === undefined) {
    return [arrowLine(trellis.arrows, { width: 1.2, opacity: 0.45 })];
  }
  const bundle = (value: number) => Math.min(WIDTHS - 1, Math.floor(value * WIDTHS));
  return Array.from({ length: WIDTHS }, (_, k) => {
    const middle = (k + 0.5) / WIDTHS;
    const arrows = trellis.arrows.filter(({ index }) => bundle(probabilities[index]) === k);
    return arrowLine(arrows, { width: 0.4 + 5 * middle, opacity: 0.12 + 0.88 * middle });
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
  probabilities: ArrayLike<number> | undefined,
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
      ...headOpacity(trellis, probabilities),
    },
    hoverinfo: 'skip',
    showlegend: false,
  };
}

/** How well each head is seen. */
export function headOpacity(
  trellis: Trellis,
  probabilities: ArrayLike<number> | undefined,
): { readonly opacity: number | readonly number[] } {
  return probabilities === undefined
    ? { opacity: 0.6 }
    : { opacity: trellis.arrows.map(({ index }) => round(0.15 + 0.85 * probabilities[index])) };
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
 * @param probabilities - one per arrow, at its node
 */
export function arrowHover(trellis: Trellis, probabilities: ArrayLike<number> | undefined): Trace {
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
    ...(probabilities && { customdata: arrowValues(trellis, probabilities) }),
    hovertemplate: `%{text}${probabilities === undefined ? '' : value}<extra></extra>`,
    marker: { size: 14, opacity: 0 },
    showlegend: false,
  };
}

const HOVER_AT = 0.32;

/** What the mouse reads of each arrow. */
export function arrowValues(trellis: Trellis, probabilities: ArrayLike<number>): number[] {
  return trellis.arrows.map(({ index }) => round(probabilities[index], 4));
}
