/** The arrows of a trellis as lines with heads, wide where β is large. */
import { levelStride, type Arrow, type Trellis } from '../../search-space/trellis.js';
import type { Trace } from '../figure.js';
import { colors } from '../style.js';
import { round } from '../text.js';
import { namedTrace, silentTrace } from '../traces.js';
import { NODE_RADIUS, type PlaneScale } from './trellis-plane.js';

/** Arrows of about the same probability are one trace; there are this many widths. */
const WIDTHS = 12;
const HEAD = 6;

/** One number per arrow, from 0 to 1; undefined: all are drawn alike. */
type Probabilities = ArrayLike<number> | undefined;

/** The lines of all arrows, in bundles of equal width, some of which may be empty. */
export function arrowLines(trellis: Trellis, probabilities: Probabilities): Trace[] {
  if (probabilities === undefined) {
    return [arrowLine(trellis.arrows, 1.2, 0.45)];
  }
  const bundle = (value: number) => Math.min(WIDTHS - 1, Math.floor(value * WIDTHS));
  return Array.from({ length: WIDTHS }, (_, k) => {
    const middle = (k + 0.5) / WIDTHS;
    const arrows = trellis.arrows.filter(({ index }) => bundle(probabilities[index]) === k);
    return arrowLine(arrows, 0.4 + 5 * middle, 0.12 + 0.88 * middle);
  });
}

/** Arrows as one line, from each one's source to its target. */
export function arrowPoints(arrows: readonly Arrow[]) {
  return [
    arrows.flatMap(({ layer }) => [layer - 1, layer, null]),
    arrows.flatMap(({ from, to }) => [from, to, null]),
  ] as const;
}

function arrowLine(arrows: readonly Arrow[], width: number, opacity: number): Trace {
  const line = { color: colors.blue, width };
  return silentTrace('lines', 'arrows', arrowPoints(arrows), { line, opacity });
}

/** The heads of all arrows. */
export function arrowHeads(
  { arrows }: Trellis,
  probabilities: Probabilities,
  scale: PlaneScale,
): Trace {
  const places = arrows.map((arrow) => headOf(arrow, scale));
  const marker = {
    symbol: 'arrow',
    size: HEAD,
    angle: places.map(({ angle }) => angle),
    color: colors.blue,
    opacity: probabilities
      ? arrows.map(({ index }) => round(0.15 + 0.85 * probabilities[index]))
      : 0.6,
  };
  const points = [places.map(({ x }) => x), places.map(({ y }) => y)] as const;
  return silentTrace('markers', 'arrow heads', points, { marker });
}

/** Where the tip of an arrow is and how it points, clockwise from upwards. */
function headOf({ layer, from, to }: Arrow, scale: PlaneScale) {
  const [right, down] = [scale.layer, (to - from) * scale.level];
  const back = (NODE_RADIUS + 1) / Math.hypot(right, down); // the tip touches the node
  return {
    x: round(layer - back),
    y: round(to - (to - from) * back),
    angle: round(90 + (Math.atan2(down, right) * 180) / Math.PI),
  };
}

/** How far along an arrow the mouse finds it: in its first half no other arrow crosses it. */
const HOVER_AT = 0.32;

/** Invisible points on the arrows that answer to the mouse. */
export function arrowHover({ arrows }: Trellis, probabilities: Probabilities): Trace {
  const points = arrows.map(({ layer, from, to }) => ({
    x: round(layer - 1 + HOVER_AT),
    y: round(from + (to - from) * HOVER_AT),
    text:
      `${layer === 1 ? 'stem' : `layer ${layer - 1}`}, stride ${levelStride(from)} → ` +
      `layer ${layer}, stride ${levelStride(to)}`,
  }));
  const value = probabilities && {
    customdata: arrows.map(({ index }) => round(probabilities[index], 4)),
    hovertemplate: '%{text}<br>probability at its node %{customdata:.3f}<extra></extra>',
  };
  return namedTrace('markers', 'arrow hover', points, {
    marker: { size: 14, opacity: 0 },
    ...value,
  });
}
