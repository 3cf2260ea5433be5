/** β over the epochs, all of it in one still picture. */
import { betaLogProbabilities } from '../../architecture/probabilities.js';
import { viterbi } from '../../decoder/viterbi.js';
import type { EndNormalisation } from '../../search-space/end-normalisation.js';
import { levelStride, type Trellis, type TrellisNode } from '../../search-space/trellis.js';
import type { Figure, Trace } from '../figure.js';
import { colors } from '../style.js';
import { thin } from '../lines.js';
import { round } from '../text.js';
import { moments, type LogitsSnapshot } from './snapshots.js';

/** How β over the epochs is drawn. */
export interface BetaFigureOptions {
  /** How nodes with two arrows are normalised; *valid* (eq. 7) by default. */
  readonly endNormalisation?: EndNormalisation;
  readonly title?: string;
  /** In pixels, 900 by default. */
  readonly width?: number;
}

/** Where an arrow leads. */
const STEPS = [
  { step: -1, name: 'to the finer level', color: colors.orange },
  { step: 0, name: 'along the level', color: colors.grid },
  { step: 1, name: 'to the coarser level', color: colors.blue },
] as const;

/** Half the side of a square, in layers and levels. */
const HALF = 0.38;
const MARGIN = { l: 64, r: 16, t: 92, b: 44 };
const LEVEL_PIXELS = 68;
/** More moments than a square has pixels to show. */
const MOST_MOMENTS = 32;

/**
 * Draws β over the epochs: a square for each node of the trellis in which time runs to the right,
 * and the height of each colour is the probability of that step at that time. The nodes of the path
 * that the last β decodes to are framed.
 *
 * For one epoch at a time, with arrows, give the same snapshots to `trellisFigure`.
 *
 * Source: Auto-DeepLab §4.1.2, eq. 7; §4.3.
 *
 * @param snapshots - β after several epochs, as `logitsByEpoch(history, 'beta')` gives it
 * @throws {@link ConfigError} if there is no snapshot
 * @throws {@link ShapeError} if one does not hold one logit per arrow
 *
 * @example
 * const snapshots = [1, 2, 3].map((epoch) => ({ epoch, logits: new Float32Array(105) }));
 * const figure = betaFigure(createTrellis({ layers: 12 }), snapshots);
 */
export function betaFigure(
  trellis: Trellis,
  snapshots: readonly LogitsSnapshot[],
  options: BetaFigureOptions = {},
): Figure {
  const { width = 900, endNormalisation = 'valid', title = 'β over the epochs' } = options;
  const times = thin(moments('betaFigure', snapshots), MOST_MOMENTS);
  const logs = times.map(({ logits }) => betaLogProbabilities(logits, trellis, endNormalisation));
  const values = logs.map((all) => all.map(Math.exp));
  const nodes = trellis.nodes.filter(({ outgoing }) => outgoing.length > 0);
  const { path } = viterbi(trellis, logs[logs.length - 1]);
  const layers = Array.from({ length: trellis.layers - 1 }, (_, i) => i + 1);
  const levels = Array.from({ length: trellis.levels }, (_, level) => level);
  const axis = { showgrid: false, zeroline: false, showline: false, ticks: '', fixedrange: true };
  const [first, last] = [snapshots[0].epoch, snapshots[snapshots.length - 1].epoch];
  return {
    data: [
      ...STEPS.map((step) => bandTrace(trellis, nodes, values, step)),
      frameTrace(nodes, path),
      hoverTrace(trellis, nodes, values),
    ],
    layout: {
      width,
      height: MARGIN.t + MARGIN.b + LEVEL_PIXELS * trellis.levels,
      margin: MARGIN,
      title: {
        text: title,
        subtitle: {
          text: `In each square: epoch ${first} at the left, ${last} at the right; heights are the probabilities of the next step`,
        },
      },
      xaxis: {
        ...axis,
        range: [-0.6, trellis.layers - 0.4],
        side: 'top',
        tickvals: [0, ...layers],
        ticktext: ['stem', ...layers.map((layer) => (layer === 1 ? 'layer 1' : String(layer)))],
      },
      yaxis: {
        ...axis,
        range: [trellis.levels - 0.5, -0.5],
        tickvals: levels,
        ticktext: levels.map((level) => String(levelStride(level))),
        title: { text: 'stride', standoff: 8 },
      },
      legend: { orientation: 'h', x: 0, y: -0.01, xanchor: 'left', yanchor: 'top' },
      hovermode: 'closest',
    },
  };
}

/** The probability of each step out of a node at each moment; 0 where there is no such arrow. */
function probabilities(
  trellis: Trellis,
  { level, outgoing }: TrellisNode,
  values: readonly Float64Array[],
  step: number,
): number[] {
  const index = outgoing.find((arrow) => trellis.arrows[arrow].to === level + step);
  return values.map((all) => (index === undefined ? 0 : all[index]));
}

/**
 * The bands of one step in all squares. The step along the level is the whole square, which the
 * other two cover from above and from below.
 */
function bandTrace(
  trellis: Trellis,
  nodes: readonly TrellisNode[],
  values: readonly Float64Array[],
  { step, name, color }: (typeof STEPS)[number],
): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const node of nodes) {
    const { layer, level } = node;
    const [left, right] = [layer - HALF, layer + HALF];
    const edge = step > 0 ? level + HALF : level - HALF; // where the band lies against the square
    const inner =
      step === 0
        ? values.map(() => level + HALF)
        : probabilities(trellis, node, values, step).map((p) => edge - step * 2 * HALF * p);
    const at = (i: number) => left + (2 * HALF * i) / Math.max(inner.length - 1, 1);
    const line = inner.length === 1 ? [inner[0], inner[0]] : inner;
    x.push(left, ...line.map((_, i) => round(at(i))), right, left, null);
    y.push(edge, ...line.map((value) => round(value)), edge, edge, null);
  }
  return {
    type: 'scatter',
    mode: 'lines',
    meta: 'band',
    name,
    x,
    y,
    fill: 'toself',
    fillcolor: color,
    line: { width: 0, color },
    hoverinfo: 'skip',
    zorder: step === 0 ? 0 : 1,
  };
}

/** Frames around the nodes of a path, the last layer left out. */
function frameTrace(nodes: readonly TrellisNode[], path: readonly number[]): Trace {
  const on = nodes.filter(({ layer, level }) => level === (layer === 0 ? 0 : path[layer - 1]));
  const half = HALF + 0.03;
  return {
    type: 'scatter',
    mode: 'lines',
    meta: 'path',
    name: 'path decoded at the end',
    x: on.flatMap(({ layer }) =>
      [-half, half, half, -half, -half].map((d) => layer + d).concat([NaN]),
    ),
    y: on.flatMap(({ level }) =>
      [-half, -half, half, half, -half].map((d) => level + d).concat([NaN]),
    ),
    line: { color: colors.ink, width: 2 },
    hoverinfo: 'skip',
    zorder: 2,
  };
}

/** An invisible point on each node that answers to the mouse. */
function hoverTrace(
  trellis: Trellis,
  nodes: readonly TrellisNode[],
  values: readonly Float64Array[],
): Trace {
  const text = nodes.map((node) => {
    const place = node.layer === 0 ? 'stem' : `layer ${node.layer}`;
    const lines = STEPS.flatMap(({ step, name }) => {
      const course = probabilities(trellis, node, values, step);
      const [first, last] = [course[0], course[course.length - 1]];
      return last === 0 ? [] : [`${name}: ${first.toFixed(3)} → ${last.toFixed(3)}`];
    });
    return [`${place}, stride ${levelStride(node.level)}`, ...lines].join('<br>');
  });
  return {
    type: 'scatter',
    mode: 'markers',
    meta: 'nodes',
    x: nodes.map(({ layer }) => layer),
    y: nodes.map(({ level }) => level),
    text,
    hovertemplate: '%{text}<extra></extra>',
    marker: { size: 36, opacity: 0, symbol: 'square' },
    showlegend: false,
    zorder: 3,
  };
}
