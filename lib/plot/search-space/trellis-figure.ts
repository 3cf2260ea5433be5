/** The trellis of the network level search space, with β and paths. */
import { betaLogProbabilities, type Logits } from '../../architecture/probabilities.js';
import { kBestPaths, type RankedPath } from '../../decoder/k-best.js';
import type { EndNormalisation } from '../../search-space/end-normalisation.js';
import { arrowSource, arrowTarget, levelStride, type Trellis } from '../../search-space/trellis.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { note } from '../panels.js';
import { sliderFigure } from '../slider.js';
import { colors, sequentialScale } from '../style.js';
import { round } from '../text.js';
import { namedTrace, silentTrace } from '../traces.js';
import { arrowHeads, arrowHover, arrowLines } from './arrow-traces.js';
import { pathTrace, type DrawnPath } from './path-traces.js';
import { moments, type LogitsOrSnapshots } from './snapshots.js';
import { NODE_RADIUS, PATH_LEGEND, planeAxes, planeRange } from './trellis-plane.js';

/** What is drawn on a trellis. */
export interface TrellisFigureOptions extends FigureOptions {
  /**
   * β as logits, one per arrow: arrows are as wide as their probability, and nodes as dark as the
   * probability that a random path passes them. A list of snapshots gets a slider.
   */
  readonly beta?: LogitsOrSnapshots;
  /** How nodes with two arrows are normalised; *valid* (eq. 7) by default. */
  readonly endNormalisation?: EndNormalisation;
  /** How many of the most probable paths to draw: 1 by default where β is given. */
  readonly best?: number;
  /** Other paths to draw: of Fig. 2, of architectures. */
  readonly paths?: readonly DrawnPath[];
  /** Whether the ASPPs of the search, one per level after the last layer, are drawn; true by default. */
  readonly aspp?: boolean;
  /** In pixels, 900 by default. */
  readonly width?: number;
}

const MARGIN = { l: 64, r: 12 };
const LEVEL_PIXELS = 62;

/**
 * Draws the trellis as Fig. 1 does: layers to the right, strides downwards, a grey stem, one blue
 * node per layer and stride; with β as the widths of the arrows, and paths.
 *
 * Source: Auto-DeepLab Fig. 1 (the space), 2 (known designs as paths), 3 (the path found); §4.3.
 *
 * @throws {@link ShapeError} if β does not hold one logit per arrow
 * @throws {@link ConfigError} if a path is not of this trellis
 *
 * @example
 * const trellis = createTrellis({ layers: 12 });
 * const figure = trellisFigure(trellis, { paths: [KNOWN_PATHS.published] });
 *
 * @example
 * const beta = new Float32Array(105);
 * const figure = trellisFigure(createTrellis({ layers: 12 }), { beta, best: 3 });
 */
export function trellisFigure(trellis: Trellis, options: TrellisFigureOptions = {}): Figure {
  if (options.beta === undefined) {
    return trellisAt(trellis, undefined, options);
  }
  const states = moments('trellisFigure', options.beta).map(({ epoch, logits }) => ({
    label: String(epoch),
    figure: trellisAt(trellis, logits, options, epoch),
  }));
  return sliderFigure(states, { prefix: 'after epoch ' });
}

/** The figure at one β, of an epoch or not. */
function trellisAt(
  trellis: Trellis,
  beta: Logits | undefined,
  options: TrellisFigureOptions,
  epoch?: number,
): Figure {
  const { paths = [], aspp = true, width = 900, endNormalisation = 'valid' } = options;
  const range = planeRange(trellis, aspp);
  const scale = {
    layer: (width - MARGIN.l - MARGIN.r) / (range.x[1] - range.x[0]),
    level: LEVEL_PIXELS,
  };
  const logs = beta && betaLogProbabilities(beta, trellis, endNormalisation);
  const probabilities = logs?.map(Math.exp);
  const best = logs && options.best !== 0 ? kBestPaths(trellis, logs, options.best ?? 1) : [];
  const hasLegend = best.length > 0 || paths.some(({ name }) => name !== undefined);
  return {
    data: [
      ...(aspp ? [asppLines(trellis)] : []),
      ...arrowLines(trellis, probabilities),
      arrowHeads(trellis, probabilities, scale),
      stemTrace(),
      nodeTrace(trellis, probabilities),
      ...best.map((path, rank) => bestTrace(trellis, path, rank)),
      ...paths.map((path, i) => pathTrace(trellis, path, best.length + i)),
      arrowHover(trellis, probabilities),
    ],
    layout: {
      width,
      ...framed({
        heading: headingOf(options, epoch),
        plotHeight: Math.round(LEVEL_PIXELS * (range.y[0] - range.y[1])),
        below: hasLegend ? 44 : 8,
        margin: MARGIN,
      }),
      ...planeAxes(trellis, range),
      ...(aspp && { annotations: asppLabels(trellis) }),
      legend: PATH_LEGEND,
      hovermode: 'closest',
    },
  };
}

function headingOf({ title, beta, width = 900 }: TrellisFigureOptions, epoch: number | undefined) {
  if (beta === undefined) {
    const explanation = 'Every path from the stem to the right is a network';
    return heading(title ?? 'Network level search space', [explanation], width);
  }
  const explanation =
    `${epoch === undefined ? '' : `After epoch ${epoch}. `}Width of an arrow: probability of the ` +
    'step (β). Shade of a node: probability of being reached';
  return heading(title ?? 'Network level: β on the trellis', [explanation], width);
}

/** The two layers of the stem, which every network has: grey, as in Fig. 1. */
function stemTrace(): Trace {
  const places = [
    { x: -1, y: -1, text: 'stem, stride 2' },
    { x: 0, y: 0, text: 'stem, stride 4' },
  ];
  return namedTrace('lines+markers', 'stem', places, {
    line: { color: colors.faint, width: 1.5 },
    marker: { size: 14, color: colors.faint, opacity: 1, line: { color: colors.muted, width: 1 } },
  });
}

/** The nodes of the layers. */
function nodeTrace(trellis: Trellis, probabilities: Float64Array | undefined): Trace {
  const places = trellis.nodes.slice(1).map(({ layer, level }) => ({
    x: layer,
    y: level,
    text: `layer ${layer}, stride ${levelStride(level)}`,
  }));
  const marker = { size: 2 * NODE_RADIUS, line: { color: colors.blue, width: 1 } };
  if (probabilities === undefined) {
    return namedTrace('markers', 'nodes', places, {
      marker: { ...marker, color: sequentialScale[2][1] },
    });
  }
  const reach = nodeReach(trellis, probabilities);
  const shades = { colorscale: sequentialScale, cmin: 0, cmax: 1, showscale: false };
  return namedTrace('markers', 'nodes', places, {
    customdata: reach,
    hovertemplate: '%{text}<br>reached with probability %{customdata:.3f}<extra></extra>',
    marker: { ...marker, color: reach, ...shades },
  });
}

/** For each node but the stem, the probability that a random path passes it. */
function nodeReach(trellis: Trellis, probabilities: Float64Array): number[] {
  const reach = new Float64Array(trellis.nodes.length);
  reach[0] = 1;
  for (const arrow of trellis.arrows) {
    // Arrows are ordered by layer: the source is complete.
    reach[arrowTarget(trellis, arrow)] +=
      reach[arrowSource(trellis, arrow)] * probabilities[arrow.index];
  }
  return Array.from(reach.subarray(1), (value) => round(value, 4));
}

/** One of the best paths, with how far it is behind the best. */
function bestTrace(
  trellis: Trellis,
  { path, logProbability, logMargin }: RankedPath,
  rank: number,
): Trace {
  const name =
    rank === 0
      ? `Viterbi path: ln p = ${logProbability.toFixed(2).replace('-', '−')}`
      : `${ordinal(rank + 1)}: ${Math.exp(logMargin).toPrecision(3)} × less likely`;
  return pathTrace(trellis, { path, name }, rank, rank === 0 ? 4 : 2);
}

function ordinal(n: number): string {
  return `${n}${['th', 'st', 'nd', 'rd'][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? 'th'}`;
}

/** The lines from the last layer to the ASPPs. */
function asppLines(trellis: Trellis): Trace {
  const levels = lastLevels(trellis);
  const x = levels.flatMap(() => [trellis.layers, trellis.layers + 0.8, null]);
  const y = levels.flatMap((level) => [level, level, null]);
  return silentTrace('lines', 'aspp', [x, y], { line: { color: colors.faint, width: 1.2 } });
}

/** The ASPPs as labelled boxes. */
function asppLabels(trellis: Trellis): Layout[] {
  const box = { bordercolor: colors.faint, borderpad: 3, bgcolor: colors.paper };
  return lastLevels(trellis).map((level) => {
    const hovertext = `ASPP at stride ${levelStride(level)}: the search adds up the scores of all of them`;
    const place = { x: trellis.layers + 0.8, y: level, xanchor: 'left', hovertext };
    return note('ASPP', { ...place, ...box }, { size: 10 });
  });
}

function lastLevels(trellis: Trellis): number[] {
  return trellis.nodes.filter(({ layer }) => layer === trellis.layers).map(({ level }) => level);
}
