/** The rows of a run's history as the figures need them. */
import { DataError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';
import type { HistoryEntry } from '../../run/history-row.js';
import type { SearchSpaceShape } from '../../search-space/shape.js';

/** The columns of a history that hold one number. */
export type NumberColumn = Exclude<
  {
    [Name in keyof HistoryEntry]-?: HistoryEntry[Name] extends number | null | undefined
      ? Name
      : never;
  }[keyof HistoryEntry],
  'epoch' | 'step'
>;

/** The phase of a search in which α and β learn, too. */
export const ARCHITECTURE_PHASE = 'architecture';

/** An epoch at whose end α and β were noted. */
export interface ArchitectureRow extends HistoryEntry {
  readonly alpha: Float32Array;
  readonly beta: Float32Array;
}

/** The course of a run, with what is known of it: a history, or what is left of one. */
export interface Course {
  readonly rows: readonly HistoryEntry[];
}

/** A number of a row; undefined where it is not noted or not finite. */
export function numberAt(row: HistoryEntry, column: NumberColumn): number | undefined {
  const value = row[column];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The numbers of a column where they are known, each with its row. */
export function knownPoints<Row extends HistoryEntry>(rows: readonly Row[], column: NumberColumn) {
  return rows.flatMap((row) => {
    const value = numberAt(row, column);
    return value === undefined ? [] : [{ row, value }];
  });
}

/** The epochs at whose end α and β were noted. */
export function architectureRows(rows: readonly HistoryEntry[]): readonly ArchitectureRow[] {
  return rows.filter((row): row is ArchitectureRow => row.alpha != null && row.beta != null);
}

/** The course of α and β. */
export interface ArchitectureHistory {
  readonly rows: readonly ArchitectureRow[];
  readonly shape: SearchSpaceShape;
}

/**
 * The course of α and β, for what is nothing without them.
 *
 * @param where - the figure, for the error
 * @throws {@link DataError} if no epoch has them, or the history does not say what they belong to
 */
export function requireArchitecture(where: string, history: RunHistory): ArchitectureHistory {
  const rows = architectureRows(epochRows(history));
  const { searchSpace } = history;
  if (rows.length === 0 || searchSpace === undefined) {
    throw new DataError(
      `${where}: expected the history of a search with α and β at the end of its epochs, got ` +
        `${history.rows.length} rows without them; pass what readHistory returns, once an epoch is done`,
    );
  }
  return { rows, shape: searchSpace };
}
