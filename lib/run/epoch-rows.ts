/** The epochs of a history. */
import type { HistoryEntry } from './history-row.js';

/** Two rows of one epoch as one: of each column the later value, if there is one. */
function joined<Row extends HistoryEntry>(earlier: Row, later: Row): Row {
  const known = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...earlier, ...Object.fromEntries(known) };
}

/**
 * One row for each epoch that is done, in order.
 *
 * A run that is made longer ends the epoch that was its last, and not a whole one, a second time; one that is
 * made shorter validates its new last epoch after that was recorded. Of each column the last value counts.
 *
 * @param history - its rows in the order in which they were written
 */
export function epochRows<Row extends HistoryEntry>({
  rows,
}: {
  readonly rows: readonly Row[];
}): readonly Row[] {
  const epochs = new Map<number, Row>();
  for (const row of rows) {
    if (row.kind === 'epoch') {
      const earlier = epochs.get(row.epoch);
      epochs.set(row.epoch, earlier === undefined ? row : joined(earlier, row));
    }
  }
  return [...epochs.values()];
}
