/** Rows as tables in Markdown, and the texts of their cells. */
import { markdownTable, percent, type Alignment } from '../../../text.js';

/** A column: its head, where its text stands, and the text of a row. */
export type Column<Row> = readonly [head: string, align: Alignment, cell: (row: Row) => string];

/** Where there is nothing to say. */
const NONE = '–';

/** The head and the texts of all rows. */
export function rowsOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[][] {
  const head = columns.map(([name]) => name);
  return [head, ...rows.map((row) => columns.map(([, , cell]) => cell(row)))];
}

/** The same as a table in Markdown. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return markdownTable(rowsOf(rows, columns), { align: columns.map(([, align]) => align) });
}

/** The text of a value, or a dash where there is none. */
export function orNone<T>(value: T | null, text: (known: T) => string): string {
  return value === null ? NONE : text(value);
}

/** A share: `35.12 %`. */
export const iouText = (share: number | null): string =>
  orNone(share, (known) => percent(known, 2));

/** `0.24`, `−0.05`. */
export const decimals = (value: number | null): string =>
  orNone(value, (known) => known.toFixed(2).replace('-', '−'));

/** A standard deviation or a difference of shares, in points without a sign of plus. */
export const spreadText = (share: number | null): string =>
  orNone(share, (known) => decimals(100 * known));

/** A number of parameters: `1.72 M`. */
export const millions = (n: number | null): string =>
  orNone(n, (known) => `${(known / 1e6).toFixed(2)} M`);
