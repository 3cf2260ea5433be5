/** What rows of a history are in TensorBoard. */
import type { HistoryRow } from '../run/history-row.js';
import { histogram, scalar, type SummaryValue } from './event.js';

/** Columns that say where a row belongs. */
const PLACE = new Set<keyof HistoryRow>(['epoch', 'step', 'phase', 'kind']);

/**
 * The values of a row: its numbers as scalars, its lists, α and β, as histograms. A tag is the kind
 * of the row and the name of the column, such as `epoch/meanIou`.
 */
export function rowValues(row: HistoryRow): SummaryValue[] {
  const columns = Object.entries(row) as [keyof HistoryRow, unknown][];
  return columns.flatMap(([name, value]) => {
    const tag = `${row.kind}/${name}`;
    if (PLACE.has(name) || value === null) {
      return [];
    }
    return typeof value === 'number' ? scalar(tag, value) : histogram(tag, value as Float32Array);
  });
}

/** Seconds of each row since the start of the first, as far as the rows tell. */
export function rowSeconds(rows: readonly HistoryRow[]): number[] {
  let [now, epochStart, lastStep] = [0, 0, 0];
  return rows.map(({ kind, step, seconds }) => {
    const passed = seconds ?? 0;
    if (kind === 'step') {
      now += passed * (step - lastStep);
    } else if (kind === 'epoch') {
      now = Math.max(now, epochStart + passed);
      epochStart = now;
    } else {
      now += passed;
      epochStart += passed;
    }
    lastStep = step;
    return now;
  });
}
