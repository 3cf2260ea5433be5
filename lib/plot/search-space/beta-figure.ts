/** β over the epochs, all of it in one still picture. */
import { betaLogProbabilities } from '../../architecture/probabilities.js';
import { viterbi } from '../../decoder/viterbi.js';
import type { EndNormalisation } from '../../search-space/end-normalisation.js';
import { levelStride, type Trellis, type TrellisNode } from '../../search-space/trellis.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS } from '../panels.js';
import { colors } from '../style.js';
import { round } from '../text.js';
import { namedTrace, rectangles, silentTrace, thin } from '../traces.js';
import { moments, type LogitsSnapshot } from './snapshots.js';
import { levelTicks, PATH_LEGEND } from './trellis-plane.js';

/** How β over the epochs is drawn. */
export interface BetaFigureOptions extends FigureOptions {
  /** How nodes with two arrows are normalised; *valid* (eq. 7) by default. */
  readonly endNormalisation?: EndNormalisation;
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
  const course = (node: TrellisNode, step: number) => {
    const index = node.outgoing.find((arrow) => trellis.arrows[arrow].to === node.level + step);
    return values.map((all) => (index === undefined ? 0 : all[index]));
  };
  const nodes = trellis.nodes.filter(({ outgoing }) => outgoing.length > 0);
  const { path } = viterbi(trellis, logs[logs.length - 1]);
  const layers = Array.from({ length: trellis.layers - 1 }, (_, i) => i + 1);
  const [first, last] = [snapshots[0].epoch, snapshots[snapshots.length - 1].epoch];
  const explanation =
    `In each square: epoch ${first} at the left, ${last} at the right; heights are the ` +
    'probabilities of the next step';
  return {
    data: [
      ...STEPS.map((step) => bandTrace(nodes, course, step)),
      frameTrace(nodes, path),
      hoverTrace(nodes, course),
    ],
    layout: {
      width,
      ...framed({
        heading: heading(title, [explanation], width),
        plotHeight: LEVEL_PIXELS * trellis.levels,
        below: 44,
        margin: { l: 64, r: 16 },
      }),
      xaxis: {
        ...BARE_AXIS,
        range: [-0.6, trellis.layers - 0.4],
        side: 'top',
        tickvals: [0, ...layers],
        ticktext: ['stem', ...layers.map((layer) => (layer === 1 ? 'layer 1' : String(layer)))],
      },
      yaxis: {
        ...BARE_AXIS,
        ...levelTicks(trellis),
        range: [trellis.levels - 0.5, -0.5],
        title: { text: 'stride', standoff: 8 },
      },
      legend: PATH_LEGEND,
      hovermode: 'closest',
    },
  };
}

/** The probability of a step out of a node at each moment; 0 where there is no such arrow. */
type Course = (node: TrellisNode, step: number) => readonly number[];

/**
 * The bands of one step in all squares. The step along the level is the whole square, which the
 * other two cover from above and from below.
 */
function bandTrace(
  nodes: readonly TrellisNode[],
  course: Course,
  { step, name, color }: (typeof STEPS)[number],
): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const node of nodes) {
    const { layer, level } = node;
    const [left, right] = [layer - HALF, layer + HALF];
    const edge = step > 0 ? level + HALF : level - HALF; // where the band lies against the square
    const inner = course(node, step).map((p) =>
      step === 0 ? level + HALF : edge - step * 2 * HALF * p,
    );
    const at = (i: number) => left + (2 * HALF * i) / Math.max(inner.length - 1, 1);
    const line = inner.length === 1 ? [inner[0], inner[0]] : inner;
    x.push(left, ...line.map((_, i) => round(at(i))), right, left, null);
    y.push(edge, ...line.map((value) => round(value)), edge, edge, null);
  }
  return silentTrace('lines', 'band', [x, y], {
    name,
    showlegend: true,
    fill: 'toself',
    fillcolor: color,
    line: { width: 0, color },
    zorder: step === 0 ? 0 : 1,
  });
}

/** Frames around the nodes of a path, the last layer left out. */
function frameTrace(nodes: readonly TrellisNode[], path: readonly number[]): Trace {
  const on = nodes
    .filter(({ layer, level }) => level === (layer === 0 ? 0 : path[layer - 1]))
    .map(({ layer, level }) => [layer, level] as const);
  const half = HALF + 0.03;
  return silentTrace('lines', 'path', rectangles(on, half, half), {
    name: 'path decoded at the end',
    showlegend: true,
    line: { color: colors.ink, width: 2 },
    zorder: 2,
  });
}

/** An invisible point on each node that answers to the mouse. */
function hoverTrace(nodes: readonly TrellisNode[], course: Course): Trace {
  const points = nodes.map((node) => {
    const { layer, level } = node;
    const lines = STEPS.flatMap(({ step, name }) => {
      const values = course(node, step);
      const [first, last] = [values[0], values[values.length - 1]];
      return last === 0 ? [] : [`${name}: ${first.toFixed(3)} → ${last.toFixed(3)}`];
    });
    const place = `${layer === 0 ? 'stem' : `layer ${layer}`}, stride ${levelStride(level)}`;
    return { x: layer, y: level, text: [place, ...lines].join('<br>') };
  });
  const marker = { size: 36, opacity: 0, symbol: 'square' };
  return namedTrace('markers', 'nodes', points, { marker, zorder: 3 });
}
