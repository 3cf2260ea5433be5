/** The confusion matrix as a picture. */
import { ShapeError } from '../../errors.js';
import type { ConfusionMatrix, ConfusionMatrixDocument } from '../../metrics/confusion-matrix.js';
import { percent } from '../../text.js';
import type { Figure, FigureOptions, Layout } from '../figure.js';
import { framed, heading } from '../heading.js';
import { note } from '../panels.js';
import { colors, sequentialScale, type ColorScale } from '../style.js';
import { escapeText } from '../text.js';

/** How {@link confusionFigure} draws. */
export interface ConfusionOptions extends FigureOptions {
  /** The names of the classes in order; a dataset's `classes` will do. */
  readonly classes: readonly { readonly name: string }[];
}

/** Two classes that are taken for each other. */
export interface Confusion {
  readonly label: string;
  readonly prediction: string;
  /** Share of the pixels with that label which got that prediction. */
  readonly share: number;
  readonly pixels: number;
}

type Counts = readonly (readonly number[])[];

function countsOf(matrix: ConfusionMatrix | ConfusionMatrixDocument): Counts {
  return 'toJSON' in matrix ? matrix.toJSON().counts : matrix.counts;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function checkNames(where: string, counts: Counts, { classes }: ConfusionOptions): void {
  if (classes.length !== counts.length) {
    throw new ShapeError(
      `${where}: expected the names of ${counts.length} classes, one per row of the matrix, got ` +
        `${classes.length}`,
    );
  }
}

/**
 * The pairs of classes that are confused most, by pixels.
 *
 * @param most - how many; 10 by default
 * @throws {@link ShapeError} if there is not one name per class
 *
 * @example
 * mostConfused(report.confusion, dataset, 3).map(({ label, prediction }) => `${label}: ${prediction}`);
 */
export function mostConfused(
  matrix: ConfusionMatrix | ConfusionMatrixDocument,
  options: Pick<ConfusionOptions, 'classes'>,
  most = 10,
): readonly Confusion[] {
  const counts = countsOf(matrix);
  checkNames('mostConfused', counts, options);
  const { classes } = options;
  return counts
    .flatMap((row, label) => {
      const total = sum(row);
      return row.map((pixels, to) => ({ label, prediction: to, pixels, share: pixels / total }));
    })
    .filter(({ label, prediction, pixels }) => label !== prediction && pixels > 0)
    .sort((a, b) => b.pixels - a.pixels)
    .slice(0, most)
    .map(({ label, prediction, ...rest }) => ({
      label: classes[label].name,
      prediction: classes[prediction].name,
      ...rest,
    }));
}

/** The scale with its colours at the squares of their places, so that small shares are seen, too. */
const EMPHASIZED: ColorScale = sequentialScale.map(([place, color]) => [place ** 2, color]);

/** Sizes in pixels, by the number of classes. */
function sizes(classes: number) {
  const cell = Math.min(84, Math.max(8, Math.floor(640 / classes)));
  return {
    cell,
    labels: Math.max(6.5, Math.min(12, cell * 0.85)),
    numbers: cell >= 26 ? Math.min(12, cell * 0.34) : undefined,
  };
}

/** The shares as text inside the cells, where it can be read. */
function cellNumbers(shares: readonly (readonly (number | null)[])[], size: number): Layout[] {
  return shares.flatMap((row, y) =>
    row.flatMap((share, x) =>
      share === null || share < 0.005
        ? []
        : // The end of the scale is light in the dark theme: paper and ink trade places there, too.
          [
            note(
              (100 * share).toFixed(0),
              { x, y },
              { size, color: share > 0.3 ? colors.paper : colors.ink },
            ),
          ],
    ),
  );
}

/**
 * The confusion matrix with rows that sum to 1: what became of the pixels of each class.
 *
 * Row = label, column = prediction; the diagonal is the accuracy of a class. The colour scale is
 * stretched at its low end, so that confusions of one per cent can be seen; the number under the
 * pointer is exact. A class without labels has an empty row. Cells are large enough for percentages
 * up to 24 classes, and for the names of 150.
 *
 * @throws {@link ShapeError} if there is not one name per class
 *
 * @example
 * const report = await evaluate({ dataset, folder: 'runs/retrain' });
 * await show(confusionFigure(report.confusion, { classes: dataset.classes }));
 */
export function confusionFigure(
  matrix: ConfusionMatrix | ConfusionMatrixDocument,
  options: ConfusionOptions,
): Figure {
  const counts = countsOf(matrix);
  checkNames('confusionFigure', counts, options);
  const names = options.classes.map(({ name }) => escapeText(name));
  const shares = counts.map((row) => {
    const total = sum(row);
    return row.map((count) => (total > 0 ? Number((count / total).toFixed(4)) : null));
  });
  const { cell, labels, numbers } = sizes(names.length);
  const side = cell * names.length;
  const longest = Math.max(...names.map(({ length }) => length));
  const room = Math.ceil(longest * labels * 0.6) + 16;
  const [worst] = mostConfused(matrix, options, 1);
  const width = room + 30 + side + 100;
  const ticks = {
    tickmode: 'array',
    tickvals: names.map((_, i) => i),
    ticktext: names,
    tickfont: { size: labels },
    showgrid: false,
    ticks: '',
    automargin: false,
    showline: false,
  };
  const lines = [
    'share of the pixels of each label, per cent' +
      (worst
        ? `; most often confused: ${escapeText(worst.label)} taken for ` +
          `${escapeText(worst.prediction)} (${percent(worst.share, 0)})`
        : ''),
  ];
  return {
    data: [
      {
        type: 'heatmap',
        z: shares,
        x: names.map((_, i) => i),
        y: names.map((_, i) => i),
        zmin: 0,
        zmax: 1,
        colorscale: EMPHASIZED,
        xgap: cell >= 16 ? 1 : 0,
        ygap: cell >= 16 ? 1 : 0,
        hoverongaps: false,
        hovertemplate: 'label %{y}<br>predicted as %{x}: %{z:.1%}<extra></extra>',
        colorbar: {
          thickness: 12,
          len: Math.min(1, 260 / side),
          lenmode: 'fraction',
          y: 1,
          yanchor: 'top',
          outlinewidth: 0,
          tickformat: '.0%',
          tickvals: [0, 0.1, 0.25, 0.5, 1],
          tickfont: { color: colors.muted },
        },
      },
    ],
    layout: {
      ...framed({
        heading: heading(options.title ?? 'Confusion matrix', lines, width),
        plotHeight: side,
        above: 8,
        below: room + 34,
        margin: { l: room + 30, r: 100 },
      }),
      width,
      xaxis: {
        ...ticks,
        tickangle: -90,
        range: [-0.5, names.length - 0.5],
        title: { text: 'prediction', standoff: 4 },
      },
      yaxis: {
        ...ticks,
        range: [names.length - 0.5, -0.5],
        title: { text: 'label', standoff: 4 },
      },
      annotations: numbers === undefined ? [] : cellNumbers(shares, numbers),
      hovermode: 'closest',
    },
  };
}
