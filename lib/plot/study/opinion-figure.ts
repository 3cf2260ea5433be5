/** What supernets think of networks against how well these do once they are retrained. */
import { DataError } from '../../errors.js';
import type { StudyGroup } from '../../study/record.js';
import { OPINIONS, type Opinion } from '../../study/report/opinions.js';
import type { NetworkSummary } from '../../study/report/groups.js';
import type { StudyReport } from '../../study/report/report.js';
import { GROUP_LABELS } from '../../study/report/scored.js';
import { probabilityText } from '../../study/report/verdict.js';
import { percent, short } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { colors, seriesColors } from '../style.js';
import { escapeText } from '../text.js';
import { namedTrace } from '../traces.js';

const PLOT_HEIGHT = 300;

/** Lines of the heading are broken for a figure as narrow as this, in pixels. */
const NARROW = 420;

/** Titles of the horizontal axis. */
const AXIS_TITLES: Readonly<Record<Opinion, string>> = {
  logProbability: OPINIONS.logProbability,
  supernetMeanIou: 'validation mIoU as a part of the supernet',
};

/** The mark of each group that belongs to searches. */
const SYMBOLS: Readonly<Partial<Record<StudyGroup, string>>> = {
  found: 'star',
  random: 'circle',
  'found-path-random-cell': 'square',
  'fixed-path-found-cell': 'triangle-up',
  'other-end-normalisation': 'diamond',
};

/** A network of a search with an opinion and a score. */
interface Point {
  readonly network: NetworkSummary;
  readonly search: string;
  readonly x: number;
  readonly y: number;
}

function pointsOf({ networks }: StudyReport, opinion: Opinion): Point[] {
  return networks.flatMap((network) => {
    const { search, meanIou: y, [opinion]: x } = network;
    return search === null || x === null || y === null ? [] : [{ network, search, x, y }];
  });
}

/** Colours of searches, by their place. */
const colorOf = (place: number): string => seriesColors[place % seriesColors.length];

function searchTrace(search: string, place: number, points: readonly Point[], isShare: boolean) {
  const own = points.filter((point) => point.search === search);
  const opinionText = (x: number) => (isShare ? percent(x, 2) : x.toFixed(2));
  const shown = own.map(({ network, x, y }) => ({
    x,
    y,
    text: `${escapeText(network.id)}: ${opinionText(x)}, retrained ${percent(y, 2)}`,
  }));
  return namedTrace('markers', 'networks', shown, {
    marker: {
      color: colorOf(place),
      opacity: 1,
      line: { width: 0 },
      size: own.map(({ network: { group } }) => (group === 'found' ? 14 : 9)),
      symbol: own.map(({ network: { group } }) => SYMBOLS[group] ?? 'circle'),
    },
  });
}

/** A mark of the legend. */
function key(name: string, color: string, symbol = 'circle'): Trace {
  const marker = { color, size: 9, symbol };
  return namedTrace('markers', 'key', [], { x: [null], y: [null], name, showlegend: true, marker });
}

const signed = (value: number): string => short(value, 2).replace('-', '−');

/** The rank correlations in words. */
function agreement({ opinions }: StudyReport, opinion: Opinion): string[] {
  const { spearman, kendall, probability, searches } =
    opinions.find((one) => one.opinion === opinion) ?? {};
  if (spearman == null || kendall == null) {
    return ['No rank correlation: few networks of one search, or equal scores.'];
  }
  const ranked = searches?.filter((one) => one.kendall !== null).length ?? 0;
  const of = ranked === 1 ? 'Of 1 search' : `Mean of ${ranked} searches`;
  return [
    `${of}: Spearman ρ ${signed(spearman)}, Kendall τ ${signed(kendall)}.`,
    ...(probability == null
      ? []
      : [`Probability of such a τ by chance: ${probabilityText(probability)}.`]),
  ];
}

/**
 * What the supernet of each search thinks of networks (to the right: much) against their scores after retraining
 * (above: good). If it knows which are good, the points of a search rise from left to right.
 *
 * @throws {@link DataError} if no network of a search has both yet
 */
export function opinionFigure(
  report: StudyReport,
  opinion: Opinion,
  options: FigureOptions = {},
): Figure {
  const points = pointsOf(report, opinion);
  if (points.length === 0) {
    throw new DataError(
      `opinionFigure: expected a study in which a network of a search has ${OPINIONS[opinion]} and a score, ` +
        'got none; wait for the first',
    );
  }
  const searches = report.decisions.searches.map(({ id }) => id);
  const groups = report.groups
    .map(({ group }) => group)
    .filter((group) => points.some(({ network }) => network.group === group));
  const isShare = opinion === 'supernetMeanIou';
  return {
    data: [
      ...searches.map((search, i) => searchTrace(search, i, points, isShare)),
      ...searches.map((search, i) => key(escapeText(search), colorOf(i))),
      ...groups.map((group) => key(GROUP_LABELS[group], colors.muted, SYMBOLS[group])),
    ],
    layout: {
      ...framed({
        heading: heading(
          options.title ?? 'What the supernet thinks of networks',
          [`${points.length} networks, each after retraining.`, ...agreement(report, opinion)],
          NARROW,
        ),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        below: 130,
      }),
      xaxis: {
        title: { text: AXIS_TITLES[opinion] },
        showgrid: true,
        ...(isShare && { tickformat: '.3~%' }),
      },
      yaxis: { title: { text: 'mean IoU after retraining' }, tickformat: '.3~%' },
      hovermode: 'closest',
      legend: legendBelow(PLOT_HEIGHT),
      showlegend: true,
    },
  };
}
