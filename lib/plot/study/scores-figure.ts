/** The scores of a study, network by network. */
import { DataError } from '../../errors.js';
import type { GroupSummary, NetworkSummary } from '../../study/report/groups.js';
import type { StudyReport } from '../../study/report/report.js';
import { GROUP_LABELS } from '../../study/report/scored.js';
import { count, percent } from '../../text.js';
import type { Figure, FigureOptions, Layout, Trace } from '../figure.js';
import { framed, heading } from '../heading.js';
import { note } from '../panels.js';
import { withOpacity } from '../style.js';
import { escapeText } from '../text.js';
import { namedTrace, silentTrace } from '../traces.js';
import { GROUP_COLORS } from './group-colors.js';

/** Height of the row of a network, in pixels. */
const ROW = 15;

/** Free rows between two groups. */
const GAP = 1.7;

/** Lines of the heading are broken for a figure as narrow as this, in pixels. */
const NARROW = 420;

/** A group with its networks in rows of the figure, the best first. */
interface PlacedGroup {
  readonly summary: GroupSummary;
  readonly networks: readonly (NetworkSummary & { readonly y: number })[];
  readonly top: number;
  readonly bottom: number;
}

function placedGroups({ groups, networks }: StudyReport): PlacedGroup[] {
  let next = 0;
  return groups.flatMap((summary) => {
    const own = networks
      .filter(({ group, meanIou }) => group === summary.group && meanIou !== null)
      .sort((a, b) => (b.meanIou ?? 0) - (a.meanIou ?? 0))
      .map((network, i) => ({ ...network, y: next + i }));
    if (own.length === 0) {
      return [];
    }
    const placed = { summary, networks: own, top: next - 0.5, bottom: next + own.length - 0.5 };
    next += own.length + GAP;
    return [placed];
  });
}

function tracesOf({ summary: { group }, networks }: PlacedGroup): Trace[] {
  const color = GROUP_COLORS[group];
  const seeds = networks.flatMap(({ id, y, scores }) =>
    scores.map(({ seed, meanIou }) => ({
      x: meanIou,
      y,
      text: `${escapeText(id)}, seed ${seed}: ${percent(meanIou, 2)}`,
    })),
  );
  const ranges = networks.flatMap(({ y, scores }) => {
    const values = scores.map(({ meanIou }) => meanIou);
    return [
      [Math.min(...values), y],
      [Math.max(...values), y],
      [null, null],
    ] as const;
  });
  const means = networks.map(({ id, y, meanIou, scores }) => ({
    x: meanIou ?? NaN,
    y,
    text: `${escapeText(id)}: ${percent(meanIou, 2)}, mean of ${count(scores.length, 'seed')}`,
  }));
  return [
    silentTrace('lines', 'seeds', [ranges.map(([x]) => x), ranges.map(([, y]) => y)], {
      line: { color: withOpacity(color, 0.5), width: 1.5 },
    }),
    namedTrace('markers', 'seeds', seeds, {
      marker: { size: 5, color: withOpacity(color, 0.5) },
    }),
    namedTrace('markers', 'networks', means, { marker: { size: 9, color } }),
  ];
}

/** The mean of a group as a line through its rows, with its interval and its number. */
function meanMarks({ summary, top, bottom }: PlacedGroup): { shapes: Layout[]; text: Layout } {
  const { group, meanIou, interval } = summary;
  const color = GROUP_COLORS[group];
  const rows = { yref: 'y', y0: top, y1: bottom, layer: 'below' };
  const line = { type: 'line', x0: meanIou, x1: meanIou, ...rows, line: { color, width: 2 } };
  const band = {
    type: 'rect',
    x0: interval?.low,
    x1: interval?.high,
    ...rows,
    fillcolor: withOpacity(color, 0.14),
    line: { width: 0 },
  };
  const place = { xref: 'paper', x: 1, xanchor: 'left', xshift: 8, y: (top + bottom) / 2 };
  return {
    shapes: interval === null ? [line] : [band, line],
    text: note(percent(meanIou), place, { size: 12, color }),
  };
}

/** How many retrainings of how many networks the figure shows. */
function extent({ groups, missing }: StudyReport): string {
  const retrainings = groups.reduce((sum, group) => sum + group.retrainings, 0);
  const networks = groups.reduce((sum, group) => sum + group.networks, 0);
  const rest =
    missing.length === 0 ? '' : `; ${count(missing.length, 'part')} of the study missing`;
  return `${count(retrainings, 'retraining')} of ${count(networks, 'network')}${rest}`;
}

/**
 * The score of every retraining of a study, network by network in the rows of its group: small points are seeds,
 * large ones the mean of a network; a line is the mean of the group, the pale area its 95 % interval.
 *
 * @throws {@link DataError} if the study has no score yet
 */
export function studyScoresFigure(report: StudyReport, options: FigureOptions = {}): Figure {
  const placed = placedGroups(report);
  const last = placed.at(-1);
  if (last === undefined) {
    throw new DataError(
      'studyScoresFigure: expected a study with at least one scored retraining, got none; wait for the first',
    );
  }
  const marks = placed.map(meanMarks);
  const { dataset, verdict } = report;
  const lines = [
    `${verdict.headline}.`,
    `${escapeText(dataset.name)}, split ${escapeText(dataset.testSplit)}: ${extent(report)}.`,
    'Small: a seed; large: mean of a network; line: of the group, area: its 95 % interval.',
  ];
  return {
    data: placed.flatMap(tracesOf),
    layout: {
      ...framed({
        heading: heading(options.title ?? 'Scores after retraining', lines, NARROW),
        plotHeight: ROW * (last.bottom + 0.5),
        above: 8,
        margin: { l: 96, r: 64 },
      }),
      xaxis: { tickformat: '.3~%', showgrid: true, title: { text: 'mean IoU' }, nticks: 7 },
      yaxis: {
        tickmode: 'array',
        tickvals: placed.map(({ top, bottom }) => (top + bottom) / 2),
        ticktext: placed.map(({ summary: { group } }) =>
          GROUP_LABELS[group].replace(', ', ',<br>'),
        ),
        range: [last.bottom + 0.3, -0.8],
        showgrid: false,
        ticks: '',
        fixedrange: true,
      },
      shapes: marks.flatMap(({ shapes }) => shapes),
      annotations: marks.map(({ text }) => text),
      hovermode: 'closest',
    },
  };
}
