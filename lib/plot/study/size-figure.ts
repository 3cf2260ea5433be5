/** How the scores of a study go with the sizes of its networks. */
import { DataError } from '../../errors.js';
import type { StudyReport } from '../../study/report/report.js';
import { count, short } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { networkTraces, type NetworkPoint } from './network-traces.js';

const PLOT_HEIGHT = 300;

/** Lines of the heading are broken for a figure as narrow as this, in pixels. */
const NARROW = 420;

function pointsOf({ networks }: StudyReport): NetworkPoint[] {
  return networks.flatMap((network) => {
    const { parameters, meanIou: y } = network;
    const xText = `${(parameters / 1e6).toFixed(2)} M parameters`;
    return y === null ? [] : [{ network, x: parameters, xText, y }];
  });
}

/** 1, 2 and 5 times the powers of 10 from below the smallest to above the largest. */
function ticksWithin(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
    Math.floor(Math.log10(value)),
  );
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).flatMap((power) => [
    power,
    2 * power,
    5 * power,
  ]);
}

/**
 * The score of every network of a study against its parameters (a logarithmic axis). Those of one search that have one
 * size stand above each other: as far as they differ, an architecture matters beyond its size.
 *
 * @throws {@link DataError} if the study has no score yet
 */
export function sizeFigure(report: StudyReport, options: FigureOptions = {}): Figure {
  const points = pointsOf(report);
  if (points.length === 0) {
    throw new DataError(
      'sizeFigure: expected a study with at least one scored retraining, got none; wait for the first',
    );
  }
  const rho = report.traits.find(({ trait }) => trait === 'parameters')?.spearman ?? null;
  const lines = [
    `${count(points.length, 'network')}, each the mean of its seeds.`,
    ...(rho === null
      ? []
      : [`Spearman ρ of parameters and score: ${short(rho, 2).replace('-', '−')}.`]),
  ];
  return {
    data: networkTraces(
      points,
      report.decisions.searches.map(({ id }) => id),
      report.groups.map(({ group }) => group),
    ),
    layout: {
      ...framed({
        heading: heading(options.title ?? 'Score and size', lines, NARROW),
        plotHeight: PLOT_HEIGHT,
        above: 10,
        below: 130,
      }),
      xaxis: {
        title: { text: 'parameters' },
        type: 'log',
        tickvals: ticksWithin(points.map(({ x }) => x)),
        tickformat: '~s',
        showgrid: true,
      },
      yaxis: { title: { text: 'mean IoU after retraining' }, tickformat: '.3~%' },
      hovermode: 'closest',
      legend: legendBelow(PLOT_HEIGHT),
      showlegend: true,
    },
  };
}
