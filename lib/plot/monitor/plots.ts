/** The plots of the monitors. */
import type { HistoryEntry } from '../../run/history-row.js';
import { knownPoints, type NumberColumn } from '../curves/rows.js';
import { entropyAxis } from '../axes.js';
import type { Trace } from '../figure.js';
import type { Panel } from '../panels.js';
import { colors } from '../style.js';
import { lineTrace } from '../traces.js';
import type { StepMean } from './step-means.js';

/** A plot of a monitor and what stands in it. */
export interface MonitorPlot extends Panel {
  readonly height: number;
  /** The traces, without their axes. */
  readonly traces: readonly Trace[];
}

/** Words in a colour: a legend where the eye is. */
export function colored(text: string, color: string): string {
  return `<span style="color:${color}">${text}</span>`;
}

/** The line of a loss over the steps of a run. */
export function lossLine(name: string, color: string, means: readonly StepMean[]): Trace {
  const [x, y] = [means.map(({ step }) => step), means.map(({ mean }) => mean)];
  const hovertemplate = `step %{x}: %{y:.4f}<extra>${name}</extra>`;
  return lineTrace({ name, color, x, y }, { mode: 'lines', hovertemplate });
}

/** The line of a share that is known at the end of epochs. */
export function shareLine(
  name: string,
  color: string,
  rows: readonly HistoryEntry[],
  column: NumberColumn,
  { relativeToFirst = false } = {},
): Trace {
  const points = knownPoints(rows, column);
  const unit = relativeToFirst ? (points.at(0)?.value ?? 1) : 1;
  const x = points.map(({ row }) => row.step);
  const y = points.map(({ value }) => value / unit);
  const hovertemplate = `step %{x}: %{y:.2%}<extra>${name}</extra>`;
  return lineTrace({ name, color, x, y }, { hovertemplate });
}

/** Mean IoU and pixel accuracy of the validations. */
export function validationPlot(rows: readonly HistoryEntry[]): MonitorPlot {
  return {
    title:
      `validation: ${colored('mean IoU', colors.green)} and ` +
      colored('pixel accuracy', colors.faint),
    height: 150,
    axis: { tickformat: '.0%', rangemode: 'tozero', nticks: 5 },
    traces: [
      shareLine('pixel accuracy', colors.faint, rows, 'pixelAccuracy'),
      shareLine('mean IoU', colors.green, rows, 'meanIou'),
    ],
  };
}

/** The entropies of α and β; those after the first epoch are nearly the largest possible. */
export function entropyPlot(rows: readonly HistoryEntry[]): MonitorPlot {
  const options = { relativeToFirst: true };
  const traces = [
    shareLine('entropy of α', colors.blue, rows, 'alphaEntropy', options),
    shareLine('entropy of β', colors.vermilion, rows, 'betaEntropy', options),
  ];
  const { axis, note } = entropyAxis(traces.flatMap(({ y }) => y as readonly number[]));
  return {
    title:
      `entropy of ${colored('α', colors.blue)} and ${colored('β', colors.vermilion)}, ` +
      `100 %: after the first epoch${note}`,
    height: 110,
    axis: { ...axis, nticks: 4 },
    traces,
  };
}
