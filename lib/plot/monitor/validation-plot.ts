/** The plot of the validations of a run. */
import type { HistoryEntry } from '../../run/history-row.js';
import { numberAt, type NumberColumn } from '../curves/rows.js';
import { colors } from '../style.js';
import { stepLine, type MonitorPlot } from './monitor.js';

/** Words in a colour: a legend where the eye is. */
export function colored(text: string, color: string): string {
  return `<span style="color:${color}">${text}</span>`;
}

/** Mean IoU and pixel accuracy of the validations. */
export function validationPlot(rows: readonly HistoryEntry[]): MonitorPlot {
  const points = (column: NumberColumn) =>
    rows.flatMap((row) => {
      const value = numberAt(row, column);
      return value === undefined ? [] : [{ step: row.step, mean: value }];
    });
  const lines = { isShare: true, withMarkers: true };
  return {
    title:
      `validation: ${colored('mean IoU', colors.green)} and ` +
      colored('pixel accuracy', colors.faint),
    height: 150,
    axis: { tickformat: '.0%', rangemode: 'tozero', nticks: 5 },
    traces: [
      stepLine('pixel accuracy', colors.faint, points('pixelAccuracy'), lines),
      stepLine('mean IoU', colors.green, points('meanIou'), lines),
    ],
  };
}
