/** Networks of a study as points of a figure: the mark says the group, the colour the search. */
import type { StudyGroup } from '../../study/record.js';
import type { NetworkSummary } from '../../study/report/groups.js';
import { GROUP_LABELS } from '../../study/report/scored.js';
import { percent } from '../../text.js';
import type { StudyReport } from '../../study/report/report.js';
import type { Figure, Layout, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { colors, seriesColors } from '../style.js';
import { escapeText } from '../text.js';
import { namedTrace } from '../traces.js';

const PLOT_HEIGHT = 300;

/** Lines of the heading are broken for a figure as narrow as this, in pixels. */
const NARROW = 420;

/** The mark of each group. */
const SYMBOLS: Readonly<Record<StudyGroup, string>> = {
  found: 'star',
  random: 'circle',
  published: 'x',
  'found-path-random-cell': 'square',
  'fixed-path-found-cell': 'triangle-up',
  'other-end-normalisation': 'diamond',
};

/** A network at its place, with the text of its horizontal one. */
export interface NetworkPoint {
  readonly network: NetworkSummary;
  readonly x: number;
  readonly xText: string;
  /** Mean IoU after retraining. */
  readonly y: number;
}

/** Colours of searches, by their place; what belongs to none is grey. */
const colorOf = (place: number): string =>
  place < 0 ? colors.muted : seriesColors[place % seriesColors.length];

function pointsTrace(place: number, points: readonly NetworkPoint[]): Trace {
  const shown = points.map(({ network, x, xText, y }) => ({
    x,
    y,
    text: `${escapeText(network.id)}: ${xText}, retrained ${percent(y, 2)}`,
  }));
  return namedTrace('markers', 'networks', shown, {
    marker: {
      color: colorOf(place),
      opacity: 1,
      line: { width: 0 },
      size: points.map(({ network: { group } }) => (group === 'found' ? 14 : 9)),
      symbol: points.map(({ network: { group } }) => SYMBOLS[group]),
    },
  });
}

/** A mark of the legend. */
function key(name: string, color: string, symbol = 'circle'): Trace {
  const marker = { color, size: 9, symbol };
  return namedTrace('markers', 'key', [], { x: [null], y: [null], name, showlegend: true, marker });
}

/** Points search by search, then those of none, then the legend. */
function tracesOf(points: readonly NetworkPoint[], report: StudyReport): Trace[] {
  const searches = report.decisions.searches.map(({ id }) => id);
  const alone = points.filter(({ network: { search } }) => search === null);
  return [
    ...searches.map((search, i) =>
      pointsTrace(
        i,
        points.filter(({ network }) => network.search === search),
      ),
    ),
    ...(alone.length > 0 ? [pointsTrace(-1, alone)] : []),
    ...searches.map((search, i) => key(escapeText(search), colorOf(i))),
    ...report.groups
      .map(({ group }) => group)
      .filter((group) => points.some(({ network }) => network.group === group))
      .map((group) => key(GROUP_LABELS[group], colors.muted, SYMBOLS[group])),
  ];
}

/** What a scatter of networks says and how it is laid out. */
export interface Scatter {
  readonly title: string;
  readonly lines: readonly string[];
  readonly xaxis: Layout;
  /** Height of axis and legend below the plot, in pixels. */
  readonly below: number;
}

/** Networks of a study by something (horizontal) and their scores after retraining (vertical). */
export function networkScatter(
  points: readonly NetworkPoint[],
  report: StudyReport,
  { title, lines, xaxis, below }: Scatter,
): Figure {
  return {
    data: tracesOf(points, report),
    layout: {
      ...framed({
        heading: heading(title, [...lines], NARROW),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        below,
      }),
      xaxis: { showgrid: true, ...xaxis },
      yaxis: { title: { text: 'mean IoU after retraining' }, tickformat: '.3~%' },
      hovermode: 'closest',
      legend: legendBelow(PLOT_HEIGHT),
      showlegend: true,
    },
  };
}
