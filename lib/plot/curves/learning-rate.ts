/** Learning rates over the steps of a run. */
import { DataError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';
import { short } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { colors } from '../style.js';
import { lineTrace, thin } from '../traces.js';
import { knownPoints, type NumberColumn } from './rows.js';

/** How {@link learningRateFigure} draws. */
export interface LearningRateOptions extends FigureOptions {
  /** The vertical axis: *linear* (default) or *log*. */
  readonly scale?: 'linear' | 'log';
}

const PLOT_HEIGHT = 240;
/** More points than this would not be seen. */
const MOST_POINTS = 500;

/** The line of a column: from the rows of steps if there are any, else from those of epochs. */
function trace(
  history: RunHistory,
  column: NumberColumn,
  name: string,
  color: string,
): Trace | undefined {
  const steps = history.rows.filter(({ kind }) => kind === 'step');
  const points = knownPoints(steps.length > 1 ? steps : epochRows(history), column);
  if (points.length === 0) {
    return undefined;
  }
  const drawn = thin(points, MOST_POINTS);
  return lineTrace(
    { name, color, x: drawn.map(({ row }) => row.step), y: drawn.map(({ value }) => value) },
    {
      customdata: drawn.map(({ row }) => row.epoch + 1),
      hovertemplate: 'step %{x}, epoch %{customdata}: %{y:.3g}<extra>%{fullData.name}</extra>',
    },
  );
}

/**
 * The learning rates of the weights and of the architecture, step by step.
 *
 * @throws {@link DataError} if no row has a learning rate
 *
 * @example
 * await show(learningRateFigure(await readHistory('runs/search/history.arrow')));
 */
export function learningRateFigure(history: RunHistory, options: LearningRateOptions = {}): Figure {
  const { scale = 'linear', title = 'Learning rates' } = options;
  const data = [
    trace(history, 'learningRate', 'weights', colors.blue),
    trace(history, 'architectureLearningRate', 'α and β', colors.vermilion),
  ].filter((found) => found !== undefined);
  if (data.length === 0) {
    throw new DataError(
      'learningRateFigure: expected rows with a learning rate, got ' +
        `${history.rows.length} without one; pass what readHistory returns`,
    );
  }
  const ends = data.map(({ name, y }) => {
    const values = y as number[];
    const [first, last] = [values[0], values.at(-1) ?? NaN].map((value) => short(value));
    return `${String(name)}: ${first === last ? `${first} throughout` : `${first} to ${last}`}`;
  });
  return {
    data,
    layout: {
      ...framed({
        heading: heading(title, [ends.join('; ')]),
        plotHeight: PLOT_HEIGHT,
        above: 12,
        below: data.length > 1 ? 86 : 56,
      }),
      xaxis: { title: { text: 'step' } },
      yaxis:
        scale === 'log'
          ? { type: 'log', title: { text: 'learning rate' }, dtick: 1 }
          : { rangemode: 'tozero', title: { text: 'learning rate' } },
      showlegend: data.length > 1,
      legend: legendBelow(PLOT_HEIGHT),
    },
  };
}
