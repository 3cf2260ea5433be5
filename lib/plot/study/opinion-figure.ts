/** What supernets think of networks against how well these do once they are retrained. */
import { DataError } from '../../errors.js';
import { COMPARED, OPINIONS, type Opinion } from '../../study/report/opinions.js';
import type { StudyReport } from '../../study/report/report.js';
import { probabilityText } from '../../study/report/verdict.js';
import { percent, short } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { networkScatter, type NetworkPoint } from './network-scatter.js';

/** Titles of the horizontal axis. */
const AXIS_TITLES: Readonly<Record<Opinion, string>> = {
  logProbability: OPINIONS.logProbability,
  supernetMeanIou: 'validation mIoU as a part of the supernet',
};

function pointsOf({ networks }: StudyReport, opinion: Opinion): NetworkPoint[] {
  const text = (x: number) => (opinion === 'supernetMeanIou' ? percent(x, 2) : x.toFixed(2));
  return networks.flatMap((network) => {
    const { group, search, meanIou: y, [opinion]: x } = network;
    return !COMPARED.includes(group) || search === null || x === null || y === null
      ? []
      : [{ network, x, xText: text(x), y }];
  });
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
 * What the supernet of each search thinks of its found and random networks (to the right: much) against their
 * scores after retraining (above: good). If it knows which are good, the points of a search rise from left to right.
 *
 * @throws {@link DataError} if no such network has both yet
 */
export function opinionFigure(
  report: StudyReport,
  opinion: Opinion,
  options: FigureOptions = {},
): Figure {
  const points = pointsOf(report, opinion);
  if (points.length === 0) {
    throw new DataError(
      `opinionFigure: expected a study in which a found or random network has ${OPINIONS[opinion]} and a score, ` +
        'got none; wait for the first',
    );
  }
  return networkScatter(points, report, {
    title: options.title ?? 'What the supernet thinks of networks',
    lines: [`${points.length} networks, each after retraining.`, ...agreement(report, opinion)],
    xaxis: {
      title: { text: AXIS_TITLES[opinion] },
      ...(opinion === 'supernetMeanIou' && { tickformat: '.3~%' }),
    },
    below: 90,
  });
}
