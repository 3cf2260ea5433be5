/** How the scores of a study go with the sizes of its networks. */
import { DataError } from '../../errors.js';
import type { StudyReport } from '../../study/report/report.js';
import { count, short } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { networkScatter, type NetworkPoint } from './network-scatter.js';

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
  return networkScatter(points, report, {
    title: options.title ?? 'Score and size',
    lines,
    xaxis: {
      title: { text: 'parameters' },
      type: 'log',
      tickvals: ticksWithin(points.map(({ x }) => x)),
      tickformat: '~s',
    },
    below: 130,
  });
}
