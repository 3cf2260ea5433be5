/** Accuracy against cost: the paper's Table 2 with further networks in it. */
import { percent } from '../../text.js';
import type { Figure, Layout, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { colors } from '../style.js';
import { escapeText, short } from '../text.js';
import { PAPER_TABLE_2, type ModelScore } from './paper-table.js';

/** How {@link costAccuracyFigure} draws. */
export interface CostAccuracyOptions {
  /** Numbers that others published; {@link PAPER_TABLE_2} by default. */
  readonly quoted?: readonly ModelScore[];
  readonly title?: string;
}

type Cost = 'multiplyAdds' | 'parameters';

const COSTS: Readonly<Record<Cost, { readonly title: string; readonly unit: number }>> = {
  multiplyAdds: { title: 'Multi-Adds of an image, billion', unit: 1e9 },
  parameters: { title: 'parameters, million', unit: 1e6 },
};

/** Costs this many times apart need a logarithmic axis. */
const WIDE = 30;
const PLOT_HEIGHT = 320;

interface Kind {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
  readonly label: string;
}

const QUOTED: Kind = {
  name: 'quoted from the paper',
  color: colors.muted,
  symbol: 'circle-open',
  label: 'bottom center',
};
const MEASURED: Kind = {
  name: 'measured here',
  color: colors.vermilion,
  symbol: 'circle',
  label: 'top center',
};

interface Point extends ModelScore {
  readonly cost: number;
}

function pointsOf(models: readonly ModelScore[], cost: Cost): Point[] {
  return models.flatMap((model) => {
    const value = model[cost];
    return value === null ? [] : [{ ...model, cost: value / COSTS[cost].unit }];
  });
}

function hover(point: Point, kind: Kind): string {
  const { name, multiplyAdds, parameters, meanIou, conditions } = point;
  return [
    `<b>${escapeText(name)}</b> (${kind.name})`,
    meanIou === null ? 'mean IoU not known' : `mean IoU ${percent(meanIou, 2)}`,
    ...(multiplyAdds === null ? [] : [`${short(multiplyAdds / 1e9, 5)} billion Multi-Adds`]),
    ...(parameters === null ? [] : [`${short(parameters / 1e6, 4)} million parameters`]),
    ...(conditions === undefined ? [] : [escapeText(conditions)]),
  ].join('<br>');
}

function pointTrace(points: readonly Point[], kind: Kind, axis: number): Trace {
  const known = points.filter(({ meanIou }) => meanIou !== null);
  return {
    type: 'scatter',
    mode: 'markers+text',
    name: kind.name,
    legendgroup: kind.name,
    showlegend: axis === 1,
    x: known.map(({ cost }) => cost),
    y: known.map(({ meanIou }) => meanIou),
    text: known.map(({ name }) => escapeText(name.replace(/^Auto-DeepLab-/, ''))),
    textposition: known.map(({ family }) => (family === undefined ? kind.label : 'top center')),
    textfont: { size: 11, color: kind.color },
    cliponaxis: false,
    customdata: known.map((point) => hover(point, kind)),
    hovertemplate: '%{customdata}<extra></extra>',
    marker: {
      size: 10,
      symbol: kind.symbol,
      color: kind.color,
      line: { width: 2, color: kind.color },
    },
    xaxis: axis === 1 ? 'x' : 'x2',
    yaxis: axis === 1 ? 'y' : 'y2',
  };
}

/** Lines that join the networks of a family. */
function familyTraces(points: readonly Point[], axis: number): Trace[] {
  const families = new Set(points.map(({ family }) => family));
  return [...families].flatMap((family) => {
    const members = points
      .filter((point) => point.family === family && point.meanIou !== null)
      .sort((a, b) => a.cost - b.cost);
    if (family === undefined || members.length < 2) {
      return [];
    }
    return [
      {
        type: 'scatter',
        mode: 'lines',
        name: escapeText(family),
        showlegend: false,
        hoverinfo: 'skip',
        x: members.map(({ cost }) => cost),
        y: members.map(({ meanIou }) => meanIou),
        line: { color: colors.faint, width: 1.5 },
        xaxis: axis === 1 ? 'x' : 'x2',
        yaxis: axis === 1 ? 'y' : 'y2',
      },
    ];
  });
}

/** A vertical line for a network of known cost and unknown accuracy. */
function costOnly(points: readonly Point[], axis: number, isLog: boolean) {
  const unknown = points.filter(({ meanIou }) => meanIou === null);
  const id = axis === 1 ? '' : '2';
  return {
    shapes: unknown.map(({ cost }) => ({
      type: 'line',
      xref: `x${id}`,
      x0: cost,
      x1: cost,
      yref: `y${id} domain`,
      y0: 0,
      y1: 1,
      layer: 'below',
      line: { color: colors.vermilion, width: 1, dash: 'dot' },
    })),
    annotations: unknown.map(({ cost, name }) => ({
      xref: `x${id}`,
      // Annotations take logarithms on logarithmic axes, shapes do not.
      x: isLog ? Math.log10(cost) : cost,
      yref: `y${id} domain`,
      y: 0,
      yanchor: 'bottom',
      xanchor: 'left',
      textangle: -90,
      text: `${escapeText(name)}: not measured`,
      showarrow: false,
      font: { size: 11, color: colors.vermilion },
    })),
  };
}

function axisOf(points: readonly Point[], cost: Cost, axis: number): Layout {
  const values = points.map((point) => point.cost);
  const isLog = Math.max(...values) / Math.min(...values) > WIDE;
  const id = axis === 1 ? '' : '2';
  const range = isLog
    ? [Math.log10(Math.min(...values) / 1.6), Math.log10(Math.max(...values) * 1.6)]
    : [0, Math.max(...values) * 1.12];
  return {
    [`xaxis${id}`]: {
      domain: axis === 1 ? [0, 0.48] : [0.52, 1],
      anchor: `y${id}`,
      title: { text: COSTS[cost].title },
      range,
      ...(isLog && { type: 'log', dtick: 1 }),
    },
  };
}

/**
 * Mean IoU against Multi-Adds and against parameters: published networks as open circles, marked as
 * quoted, and networks of yours as filled ones, marked as measured.
 *
 * Scores on other data or at another size are not comparable with the paper's; their `conditions`
 * stand below the title. A network of yours without a mean IoU is drawn as a line at its cost, marked
 * as not measured. The paper counts some more multiply-adds than a plain count does: give
 * `networkCost(…).paperMultiplyAdds` to compare.
 *
 * Source: Auto-DeepLab Table 2.
 *
 * @example
 * const { parameters, paperMultiplyAdds } = networkCost({
 *   architecture, filterMultiplier: 20, classes: 19, height: 1025, width: 2049,
 * });
 * const ours = { name: 'ours', parameters, multiplyAdds: paperMultiplyAdds, meanIou: null };
 * await show(costAccuracyFigure([ours]));
 */
export function costAccuracyFigure(
  measured: readonly ModelScore[] = [],
  options: CostAccuracyOptions = {},
): Figure {
  const { quoted = PAPER_TABLE_2, title = 'Accuracy against cost' } = options;
  const data: Trace[] = [];
  let axes: Layout = {};
  const shapes: Layout[] = [];
  const annotations: Layout[] = [];
  (['multiplyAdds', 'parameters'] as const).forEach((cost, i) => {
    const axis = i + 1;
    const others = pointsOf(quoted, cost).filter(({ meanIou }) => meanIou !== null);
    const ours = pointsOf(measured, cost);
    axes = { ...axes, ...axisOf([...others, ...ours], cost, axis) };
    const isLog = 'type' in (axes[axis === 1 ? 'xaxis' : 'xaxis2'] as Layout);
    const extra = costOnly(ours, axis, isLog);
    shapes.push(...extra.shapes);
    annotations.push(...extra.annotations);
    data.push(
      ...familyTraces([...others, ...ours], axis),
      pointTrace(others, QUOTED, axis),
      ...(measured.length > 0 ? [pointTrace(ours, MEASURED, axis)] : []),
    );
  });
  const known = [...quoted, ...measured].flatMap(({ meanIou }) => meanIou ?? []);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = Math.max(0.02, (high - low) * 0.12);
  const range = [Math.max(0, low - room), Math.min(1, high + room)];
  const notes = [
    'open circles: quoted from the paper, Table 2 (Cityscapes val, single scale); S, M, L: Auto-DeepLab',
    ...measured
      .filter(({ conditions }) => conditions !== undefined)
      .map(({ name, conditions = '' }) => escapeText(`${name}: ${conditions}`)),
  ];
  const width = 860;
  return {
    data,
    layout: {
      ...framed({
        heading: heading(title, notes, width),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        below: 90,
      }),
      width,
      ...axes,
      yaxis: { tickformat: '.0%', range, title: { text: 'mean IoU' } },
      yaxis2: {
        tickformat: '.0%',
        range,
        matches: 'y',
        anchor: 'x2',
        showticklabels: false,
        ticks: '',
      },
      shapes,
      annotations,
      showlegend: true,
      hovermode: 'closest',
      legend: legendBelow(PLOT_HEIGHT),
    },
  };
}
