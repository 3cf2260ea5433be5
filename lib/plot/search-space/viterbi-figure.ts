/** The Viterbi algorithm on the trellis, layer by layer. */
import { betaLogProbabilities, type Logits } from '../../architecture/probabilities.js';
import { viterbi } from '../../decoder/viterbi.js';
import type { EndNormalisation } from '../../search-space/end-normalisation.js';
import {
  arrowSource,
  levelStride,
  type Arrow,
  type Trellis,
  type TrellisNode,
} from '../../search-space/trellis.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { BARE_AXIS } from '../panels.js';
import { sliderFigure } from '../slider.js';
import { colors } from '../style.js';
import { round } from '../text.js';
import { silentTrace } from '../traces.js';
import { arrowPoints } from './arrow-traces.js';
import { levelTicks, type PlaneScale } from './trellis-plane.js';
import {
  placeName,
  scoreText,
  workingTrace,
  type ViterbiMoment,
  type ViterbiTable,
} from './viterbi-working.js';

/** How the algorithm is drawn. */
export interface ViterbiFigureOptions extends FigureOptions {
  /** How nodes with two arrows are normalised; *valid* (eq. 7) by default. */
  readonly endNormalisation?: EndNormalisation;
  /** In pixels; by default as wide as the layers need, 900 for twelve. */
  readonly width?: number;
}

const MARGIN = { l: 64, r: 16 };
const LEVEL_PIXELS = 62;
/** Half a layer before the stem and behind the last layer. */
const BESIDE = 0.6;
const CIRCLE = 36;
const HEAD = 7;
const ROW_PIXELS = 19;

/**
 * Draws the Viterbi algorithm step by step: a slider moves from the stem through the layers to the
 * path. In a node stands S, the log probability of the best way to it; a line leads from it back to
 * where that way comes from (the back-pointer); below are the sums of which S is the largest. At the
 * end the path is traced back from the best node of the last layer.
 *
 * Source: Auto-DeepLab §4.3.
 *
 * @param beta - logits `[arrows]`, in the order of `trellis.arrows`
 * @throws {@link ShapeError} if β does not hold one logit per arrow
 * @throws {@link NumericError} if β holds NaN or +Infinity
 *
 * @example
 * const trellis = createTrellis({ layers: 3 });
 * const figure = viterbiFigure(trellis, new Float32Array(trellis.arrows.length));
 */
export function viterbiFigure(
  trellis: Trellis,
  beta: Logits,
  options: ViterbiFigureOptions = {},
): Figure {
  const logs = betaLogProbabilities(beta, trellis, options.endNormalisation);
  const table: ViterbiTable = { trellis, logs, ...viterbi(trellis, logs) };
  const layers = Array.from({ length: trellis.layers + 1 }, (_, layer) => layer);
  return sliderFigure([
    ...layers.map((done) => ({
      label: done === 0 ? 'stem' : `layer ${done}`,
      figure: viterbiAt(table, { done, isTraced: false }, options),
    })),
    {
      label: 'the path, traced back',
      figure: viterbiAt(table, { done: trellis.layers, isTraced: true }, options),
    },
  ]);
}

function viterbiAt(
  table: ViterbiTable,
  moment: ViterbiMoment,
  { title = 'Viterbi, step by step', width: wanted }: ViterbiFigureOptions,
): Figure {
  const { trellis } = table;
  const { layers, levels } = trellis;
  const width = wanted ?? Math.max(680, Math.round(62.5 * (layers + 2 * BESIDE)) + 76);
  const scale = {
    layer: (width - MARGIN.l - MARGIN.r) / (layers + 2 * BESIDE),
    level: LEVEL_PIXELS,
  };
  const { done, isTraced } = moment;
  const won = wonArrows(table);
  const onPath = won.filter(({ layer, from, to }) => isOnPath(table, layer - 1, from, to));
  const current = isTraced ? [] : won.filter(({ layer }) => layer === done);
  const earlier = won.filter(({ layer }) => layer < done || isTraced);
  const candidates = isTraced ? [] : trellis.arrows.filter(({ layer }) => layer === done);
  const trellisHeight = LEVEL_PIXELS * (levels + 0.1);
  const workingHeight = ROW_PIXELS * (workingRows(levels) + 2.5);
  const plotHeight = Math.round(trellisHeight + workingHeight);
  return {
    data: [
      line('arrows', trellis.arrows, { color: colors.grid, width: 1 }),
      line('candidates', candidates, { color: colors.sky, width: 1.5, dash: 'dot' }),
      ...pointers('back-pointers', earlier, scale, { color: colors.faint, width: 2 }),
      ...pointers('new back-pointers', current, scale, { color: colors.blue, width: 3 }),
      ...pointers('path', isTraced ? onPath : [], scale, { color: colors.vermilion, width: 4 }),
      nodeTrace(table, moment),
      workingTrace(table, moment),
    ],
    layout: {
      width,
      ...framed({
        heading: heading(title, EXPLANATION, width),
        plotHeight,
        below: 8,
        margin: MARGIN,
      }),
      ...axes(trellis, workingHeight / plotHeight),
      hovermode: 'closest',
      showlegend: false,
    },
  };
}

const EXPLANATION = [
  'In a node: S, the log probability of the best way to it from the stem',
  'Arrow: the back-pointer, to where that way comes from',
];

/** For each node that can be reached, the arrow of the best way to it. */
/** The words at the end take three rows below their heading, however few levels there are. */
function workingRows(levels: number): number {
  return Math.max(levels, 2);
}

function wonArrows({ trellis, predecessors }: ViterbiTable): Arrow[] {
  return trellis.nodes.flatMap(({ level, index, incoming }) =>
    incoming
      .map((arrow) => trellis.arrows[arrow])
      .filter(({ from, to }) => to === level && from === predecessors[index]),
  );
}

function isOnPath({ path }: ViterbiTable, at: number, from: number, to: number): boolean {
  return path[at] === to && (path[at - 1] ?? 0) === from;
}

function line(meta: string, arrows: readonly Arrow[], style: Layout): Trace {
  return silentTrace('lines', meta, arrowPoints(arrows), { line: style });
}

/** Arrows as lines with heads at their sources. */
function pointers(
  meta: string,
  arrows: readonly Arrow[],
  scale: PlaneScale,
  style: { readonly color: string; readonly width: number },
): Trace[] {
  const heads = arrows.map(({ layer, from, to }) => {
    const down = (to - from) * scale.level;
    const off = (CIRCLE / 2 + 1) / Math.hypot(scale.layer, down);
    return {
      x: round(layer - 1 + off),
      y: round(from + (to - from) * off),
      angle: round(270 + (Math.atan2(down, scale.layer) * 180) / Math.PI),
    };
  });
  const places = [heads.map(({ x }) => x), heads.map(({ y }) => y)] as const;
  const marker = {
    symbol: 'arrow',
    size: HEAD + style.width,
    angle: heads.map(({ angle }) => angle),
    color: style.color,
  };
  return [line(meta, arrows, style), silentTrace('markers', `${meta}, heads`, places, { marker })];
}

/** The nodes with the scores that are known. */
function nodeTrace(table: ViterbiTable, { done, isTraced }: ViterbiMoment): Trace {
  const { nodes } = table.trellis;
  const color = ({ layer, level }: TrellisNode): string => {
    if (isTraced && level === (layer === 0 ? 0 : table.path[layer - 1])) {
      return colors.vermilion;
    }
    return layer > done ? colors.grid : layer === done && !isTraced ? colors.blue : colors.muted;
  };
  return {
    type: 'scatter',
    mode: 'markers+text',
    meta: 'nodes',
    x: nodes.map(({ layer }) => layer),
    y: nodes.map(({ level }) => level),
    text: nodes.map(({ index, layer }) => (layer > done ? '' : scoreText(table.scores[index]))),
    textfont: { size: 10, color: colors.ink },
    hovertext: nodes.map((node) => nodeHover(table, node)),
    hovertemplate: '%{hovertext}<extra></extra>',
    marker: {
      size: CIRCLE,
      color: colors.paper,
      opacity: 1,
      line: { width: 1.8, color: nodes.map(color) },
    },
    cliponaxis: false,
    showlegend: false,
  };
}

/** The sums that a node chooses from. */
function nodeHover({ trellis, logs, scores, predecessors }: ViterbiTable, node: TrellisNode) {
  const { layer, level, incoming, index } = node;
  const sums = incoming.map((arrow) => {
    const source = arrowSource(trellis, trellis.arrows[arrow]);
    const { from } = trellis.arrows[arrow];
    const sum = `${scoreText(scores[source], 3)} + (${scoreText(logs[arrow], 3)}) = ${scoreText(scores[source] + logs[arrow], 3)}`;
    const text = `from stride ${levelStride(from)}: ${sum}`;
    return from === predecessors[index] ? `<b>${text}</b>` : text;
  });
  return [`${placeName(layer, level)}: S = ${scoreText(scores[index], 3)}`, ...sums].join('<br>');
}

/** The trellis above, the working below. */
function axes(trellis: Trellis, working: number): Layout {
  const layers = Array.from({ length: trellis.layers }, (_, i) => i + 1);
  return {
    xaxis: {
      ...BARE_AXIS,
      range: [-BESIDE, trellis.layers + BESIDE],
      side: 'top',
      anchor: 'y',
      tickvals: [0, ...layers],
      ticktext: ['stem', ...layers.map((layer) => (layer === 1 ? 'layer 1' : String(layer)))],
    },
    yaxis: {
      ...BARE_AXIS,
      ...levelTicks(trellis),
      domain: [working, 1],
      range: [trellis.levels - 0.5, -0.6],
      title: { text: 'stride', standoff: 8 },
    },
    xaxis2: { ...BARE_AXIS, visible: false, anchor: 'y2', range: [0, 1] },
    yaxis2: {
      ...BARE_AXIS,
      visible: false,
      anchor: 'x2',
      domain: [0, working],
      range: [workingRows(trellis.levels) + 0.5, -2],
    },
  };
}
