/** Tables as plain text, for the output of a notebook cell. */
import { table } from '../text.js';

/** One row: values by the names of their columns. */
export type TableRow = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

function cell(value: TableRow[string]): string {
  if (value === undefined) {
    return '';
  }
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && value % 1 === 0);
  return isWhole ? value.toLocaleString('en-US') : String(value);
}

/** True for what looks like a number, also where it was formatted: `0.25`, `13 %`, `−1.5`. */
function isNumeric(text: string): boolean {
  return /^[-−+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?\s?%?$/.test(text) || text === '';
}

/**
 * Rows as a table in plain text, columns in the order of the first appearance of their names.
 * Columns of numbers are aligned to the right; whole numbers get commas between thousands.
 *
 * @example
 * formatTable([{ level: 0, stride: 4, size: '128 x 256' }, { level: 1, stride: 8, size: '64 x 128' }]);
 * // level  stride  size
 * //     0       4  128 x 256
 * //     1       8  64 x 128
 */
export function formatTable(rows: readonly TableRow[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const texts = rows.map((row) => names.map((name) => cell(row[name])));
  const align = names.map((_, i) => {
    const column = texts.map((row) => row[i]);
    const isRight = column.every(isNumeric) && column.some((text) => text !== '');
    return isRight ? 'right' : 'left';
  });
  return table([names, ...texts], { align });
}
