/** Time and memory of a run. */
import { duration } from '../../duration.js';
import { DataError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';
import { percent } from '../../text.js';
import type { Figure, FigureOptions, Trace } from '../figure.js';
import { framed, heading, legendBelow } from '../heading.js';
import { epochsAxis } from '../axes.js';
import { stackPanels } from '../panels.js';
import { colors } from '../style.js';
import { lineTrace } from '../traces.js';
import { knownPoints, numberAt } from './rows.js';

const PLOT_HEIGHT = 340;

/** Where the time of one epoch went, in seconds. */
export interface EpochTime {
  /** From 1. */
  readonly epoch: number;
  /** Steps, without the waiting. */
  readonly computing: number;
  /** Waiting for images. */
  readonly waiting: number;
  /** Validation at its end. */
  readonly validation: number;
}

/** Where the time of each epoch went. */
export function epochTimes(history: RunHistory): readonly EpochTime[] {
  const validation = new Map<number, number>();
  for (const row of history.rows.filter(({ kind }) => kind === 'evaluation')) {
    validation.set(row.epoch, (validation.get(row.epoch) ?? 0) + (numberAt(row, 'seconds') ?? 0));
  }
  return epochRows(history).map((row) => {
    const waiting = numberAt(row, 'dataSeconds') ?? 0;
    return {
      epoch: row.epoch + 1,
      computing: Math.max(0, (numberAt(row, 'seconds') ?? 0) - waiting),
      waiting,
      validation: validation.get(row.epoch) ?? 0,
    };
  });
}

/** The unit in which the longest epoch is a handy number. */
function timeUnit(longest: number): readonly [seconds: number, name: string] {
  if (longest >= 2 * 3600) {
    return [3600, 'hours'];
  }
  return longest >= 120 ? [60, 'minutes'] : [1, 'seconds'];
}

function timeTraces(times: readonly EpochTime[], unit: number, name: string): Trace[] {
  const parts = [
    ['computing', 'computing', colors.blue],
    ['validation', 'validation', colors.green],
    ['waiting', 'waiting for data', colors.vermilion],
  ] as const;
  return parts.map(([part, label, color]) => ({
    type: 'bar',
    name: label,
    x: times.map(({ epoch }) => epoch),
    y: times.map((time) => Number((time[part] / unit).toPrecision(5))),
    marker: { color, line: { width: 0 } },
    hovertemplate: `epoch %{x}: %{y:.3~g} ${name}<extra>${label}</extra>`,
  }));
}

function memoryTrace(history: RunHistory, yaxis: string): Trace {
  const points = knownPoints(epochRows(history), 'memoryBytes');
  const x = points.map(({ row }) => row.epoch + 1);
  const y = points.map(({ value }) => Number((value / 2 ** 30).toFixed(3)));
  const hovertemplate = 'epoch %{x}: %{y:.2f} GiB<extra>memory</extra>';
  const more = { yaxis, showlegend: false, hovertemplate };
  return lineTrace({ name: 'memory', color: colors.purple, x, y }, more);
}

/**
 * Where the time of each epoch went (computing, validation, waiting for data), and the memory of the
 * process at its end.
 *
 * @throws {@link DataError} if the history has no whole epoch
 *
 * @example
 * await show(resourcesFigure(await readHistory('runs/search/history.arrow')));
 */
export function resourcesFigure(history: RunHistory, options: FigureOptions = {}): Figure {
  const times = epochTimes(history);
  if (times.length === 0) {
    throw new DataError(
      `resourcesFigure: expected a history with a whole epoch, got ${history.rows.length} rows ` +
        'without one; wait for the end of the first epoch',
    );
  }
  const ofEpochs = times.map(
    ({ computing, waiting, validation }) => computing + waiting + validation,
  );
  const total = ofEpochs.reduce((a, b) => a + b);
  const share = (part: keyof EpochTime) =>
    percent(total > 0 ? times.reduce((sum, time) => sum + time[part], 0) / total : 0, 0);
  const [unit, unitName] = timeUnit(Math.max(...ofEpochs));
  const { axes, annotations, yaxis } = stackPanels(
    [
      { title: `time of an epoch, ${unitName}`, weight: 1.6, axis: { rangemode: 'tozero' } },
      { title: 'memory of the process, GiB', axis: { rangemode: 'tozero' } },
    ],
    epochsAxis(
      times.map(({ epoch }) => epoch),
      'epoch',
    ),
  );
  return {
    data: [...timeTraces(times, unit, unitName), memoryTrace(history, yaxis[1])],
    layout: {
      ...framed({
        heading: heading(options.title ?? 'Time and memory', [
          `${duration(total)} in ${times.length} epochs: ${share('computing')} computing, ` +
            `${share('validation')} validation, ${share('waiting')} waiting for data`,
        ]),
        plotHeight: PLOT_HEIGHT,
        below: 86,
      }),
      barmode: 'stack',
      bargap: 0.15,
      ...axes,
      annotations,
      legend: legendBelow(PLOT_HEIGHT),
    },
  };
}
