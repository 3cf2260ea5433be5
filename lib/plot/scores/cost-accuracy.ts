/** Accuracy against cost: the paper's Table 2 with further networks in it. */
import { percent, short } from '../../text.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { verticalMark } from '../panels.js';
import { colors } from '../style.js';
import { escapeText } from '../text.js';
import { silentTrace } from '../traces.js';
import { PAPER_TABLE_2, type ModelScore } from './paper-table.js';

/** How {@link costAccuracyFigure} draws. */
export interface CostAccuracyOptions extends FigureOptions {
  /** Numbers that others published; {@link PAPER_TABLE_2} by default. */
  readonly quoted?: readonly ModelScore[];
}

/** A plot: what it shows to the right, in which unit, and the suffix of its axes. */
interface Plot {
  readonly cost: 'multiplyAdds' | 'parameters';
  readonly title: string;
  readonly unit: number;
  readonly id: '' | '2';
  readonly domain: readonly [number, number];
}

const PLOTS: readonly Plot[] = [
  {
    cost: 'multiplyAdds',
    title: 'Multi-Adds per image, billion',
    unit: 1e9,
    id: '',
    domain: [0, 0.48],
  },
  { cost: 'parameters', title: 'parameters, million', unit: 1e6, id: '2', domain: [0.52, 1] },
];

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

function pointsOf(models: readonly ModelScore[], { cost, unit }: Plot): Point[] {
  return models.flatMap((model) => {
    const value = model[cost];
    return value === null ? [] : [{ ...model, cost: value / unit }];
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

function pointTrace(points: readonly Point[], kind: Kind, { id }: Plot): Trace {
  const known = points.filter(({ meanIou }) => meanIou !== null);
  const { color, symbol } = kind;
  return {
    type: 'scatter',
    mode: 'markers+text',
    name: kind.name,
    legendgroup: kind.name,
    showlegend: id === '',
    x: known.map(({ cost }) => cost),
    y: known.map(({ meanIou }) => meanIou),
    text: known.map(({ name }) => escapeText(name.replace(/^Auto-DeepLab-/, ''))),
    textposition: known.map(({ family }) => (family === undefined ? kind.label : 'top center')),
    textfont: { size: 11, color },
    cliponaxis: false,
    customdata: known.map((point) => hover(point, kind)),
    hovertemplate: '%{customdata}<extra></extra>',
    marker: { size: 10, symbol, color, line: { width: 2, color } },
    xaxis: `x${id}`,
    yaxis: `y${id}`,
  };
}

/** Lines that join the networks of a family. */
function familyTraces(points: readonly Point[], { id }: Plot): Trace[] {
  const members = points
    .filter(({ family, meanIou }) => family !== undefined && meanIou !== null)
    .sort((a, b) => a.cost - b.cost);
  return [...new Set(members.map(({ family }) => family))]
    .map((family) => members.filter((member) => member.family === family))
    .filter(({ length }) => length > 1)
    .map((family) => {
      const line = [family.map(({ cost }) => cost), family.map(({ meanIou }) => meanIou)] as const;
      const axes = { xaxis: `x${id}`, yaxis: `y${id}` };
      return silentTrace('lines', 'family', line, {
        line: { color: colors.faint, width: 1.5 },
        ...axes,
      });
    });
}

/** Vertical lines for networks of known cost and unknown accuracy. */
function costOnly(points: readonly Point[], { id }: Plot, isLog: boolean) {
  return points
    .filter(({ meanIou }) => meanIou === null)
    .map(({ cost, name }) => {
      const color = colors.vermilion;
      const axes = { xref: `x${id}`, yref: `y${id} domain` };
      const mark = verticalMark(cost, `${escapeText(name)}: not measured`, {
        ...axes,
        color,
        x: isLog ? Math.log10(cost) : cost, // annotations take logarithms, shapes do not
        xshift: 0,
        y: 0,
        yanchor: 'bottom',
        textangle: -90,
      });
      return { ...mark, shape: { ...mark.shape, ...axes } };
    });
}

function axisOf(points: readonly Point[], { id, title, domain }: Plot): Layout {
  const values = points.map(({ cost }) => cost);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLog = most / least > WIDE;
  const range = isLog ? [Math.log10(least / 1.6), Math.log10(most * 1.6)] : [0, most * 1.12];
  const axis = { domain, anchor: `y${id}`, title: { text: title }, range };
  return isLog ? { ...axis, type: 'log', dtick: 1 } : axis;
}

/**
 * Mean IoU against Multi-Adds and against parameters: published networks as open circles, marked as
 * quoted, and networks of yours as filled ones, marked as measured.
 *
 * Scores on other data or at another size are not comparable with the paper's; their `conditions`
 * stand below the title. A network of yours without a mean IoU is drawn as a line at its cost, marked
 * as not measured. The paper counts somewhat more multiply-adds than a plain count does: compare with
 * `networkCost(…).paperMultiplyAdds`.
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
  const plots = PLOTS.map((plot) => {
    const others = pointsOf(quoted, plot).filter(({ meanIou }) => meanIou !== null);
    const ours = pointsOf(measured, plot);
    const axis = axisOf([...others, ...ours], plot);
    const data = [
      ...familyTraces([...others, ...ours], plot),
      pointTrace(others, QUOTED, plot),
      ...(measured.length > 0 ? [pointTrace(ours, MEASURED, plot)] : []),
    ];
    return { axis, data, marks: costOnly(ours, plot, 'type' in axis) };
  });
  const marks = plots.flatMap((plot) => plot.marks);
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
    data: plots.flatMap(({ data }) => data),
    layout: {
      ...framed({
        heading: heading(title, notes, width),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        below: 90,
      }),
      width,
      xaxis: plots[0].axis,
      xaxis2: plots[1].axis,
      yaxis: { tickformat: '.0%', range, title: { text: 'mean IoU' } },
      yaxis2: {
        tickformat: '.0%',
        range,
        matches: 'y',
        anchor: 'x2',
        showticklabels: false,
        ticks: '',
      },
      shapes: marks.map(({ shape }) => shape),
      annotations: marks.map(({ annotation }) => annotation),
      showlegend: true,
      hovermode: 'closest',
      legend: legendBelow(PLOT_HEIGHT),
    },
  };
}
