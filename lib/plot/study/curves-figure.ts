/** The course of the searches of a study. */
import { DataError } from '../../errors.js';
import type { StudyRecord, StudySearch } from '../../study/record.js';
import { mean, percent } from '../../text.js';
import { epochRows } from '../../run/epoch-rows.js';
import { ARCHITECTURE_PHASE, numberAt, type Course } from '../curves/rows.js';
import { searchCurvesFigure, type CurveMetric } from '../curves/search-curves.js';
import type { Figure, FigureOptions } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { epochsAxis } from '../axes.js';
import { stackPanels } from '../panels.js';
import { colors, seriesColors } from '../style.js';
import { escapeText } from '../text.js';
import { lineTrace } from '../traces.js';

const METRICS: readonly CurveMetric[] = ['meanIou', 'loss', 'architectureLoss'];

/** The epochs of a search as rows of a history. */
function courseOf({ curve }: StudySearch): Course {
  return {
    rows: curve.map(({ epoch, step, weightLoss, architectureLoss, validationMeanIou }) => ({
      epoch,
      step,
      kind: 'epoch',
      phase: architectureLoss === null ? 'weights' : ARCHITECTURE_PHASE,
      loss: weightLoss,
      architectureLoss,
      meanIou: validationMeanIou,
    })),
  };
}

function requireSearches(where: string, { searches }: StudyRecord): readonly StudySearch[] {
  if (searches.length === 0) {
    throw new DataError(
      `${where}: expected a study with a search that is done, got none; wait for the first`,
    );
  }
  return searches;
}

/**
 * The course of the searches of a study as in Fig. 4 of the paper: validation mIoU and losses, with mean and band.
 *
 * @throws {@link DataError} if no search is done
 */
export function studyCurvesFigure(record: StudyRecord, options: FigureOptions = {}): Figure {
  const searches = requireSearches('studyCurvesFigure', record);
  const courses = searches.map((search) => [search.id, courseOf(search)] as const);
  const isKnown = (metric: CurveMetric) =>
    courses.every(([, course]) =>
      epochRows(course).some((row) => numberAt(row, metric) !== undefined),
    );
  return searchCurvesFigure(Object.fromEntries(courses), {
    title: options.title ?? 'The searches',
    metrics: METRICS.filter(isKnown),
  });
}

/**
 * How undecided α and β were at the end of each epoch, search by search: mean entropies in nats. Equal
 * probabilities have the largest, which is ln 8 = 2.08 for an edge with 8 operations; a decision has 0.
 *
 * @throws {@link DataError} if no search is done
 */
export function sharpnessFigure(record: StudyRecord, options: FigureOptions = {}): Figure {
  const searches = requireSearches('sharpnessFigure', record);
  const axis = { rangemode: 'tozero', nticks: 5 };
  const { axes, annotations, yaxis } = stackPanels(
    [
      { title: 'α: mean over the edges of the cell, nats', axis },
      { title: 'β: mean over the nodes of the trellis, nats', axis },
    ],
    epochsAxis(searches.flatMap(({ curve }) => curve.map(({ epoch }) => epoch + 1))),
  );
  const panels = [
    { column: 'alphaEntropy', name: 'α' },
    { column: 'betaEntropy', name: 'β' },
  ] as const;
  const data = panels.flatMap(({ column, name }, panel) =>
    searches.map(({ id, curve }, i) =>
      lineTrace(
        {
          name: escapeText(id),
          color: seriesColors[i % seriesColors.length],
          x: curve.map(({ epoch }) => epoch + 1),
          y: curve.map((row) => row[column]),
        },
        {
          yaxis: yaxis[panel],
          legendgroup: id,
          showlegend: panel === 0 && searches.length > 1,
          hovertemplate: `epoch %{x}: %{y:.3f}<extra>${escapeText(id)}, ${name}</extra>`,
        },
      ),
    ),
  );
  const largest = Math.log(searches[0].architecture.operations.length);
  const end = (which: 'alphaSharpness' | 'betaSharpness') =>
    percent(mean(searches.map((search) => search[which].relativeEntropy)));
  const plotHeight = 380;
  return {
    data,
    layout: {
      ...framed({
        heading: heading(options.title ?? 'How undecided the searches were', [
          `at the end, of the largest entropy: α ${end('alphaSharpness')}, β ${end('betaSharpness')}`,
          'dotted: all operations equally probable; 0: decided',
        ]),
        plotHeight,
        below: searches.length > 1 ? 86 : 56,
      }),
      ...axes,
      annotations,
      shapes: [
        {
          type: 'line',
          xref: 'paper',
          x0: 0,
          x1: 1,
          yref: 'y',
          y0: largest,
          y1: largest,
          layer: 'below',
          line: { color: colors.faint, width: 1, dash: 'dot' },
        },
      ],
      legend: legendBelow(plotHeight),
    },
  };
}
