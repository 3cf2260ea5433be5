/** Numbers and rows as plain text. */

/** A share as a percentage, such as `35.1 %`; `-` where there is none. */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined || Number.isNaN(share)
    ? '-'
    : `${(100 * share).toFixed(digits)} %`;
}

/** A number to some significant digits, without trailing zeros: `1.29`, `0.05`. */
export function short(value: number, digits = 3): string {
  return Number(value.toPrecision(digits)).toString();
}

/** A number of things, such as `1 image` or `3 images`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Bytes as text, in GiB. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle of some numbers; of an even number of them the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return mean(sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

/** The standard deviation of a sample, with n − 1; NaN of fewer than two. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1));
}

/** Where the text of each column of a table stands. */
export type Alignment = 'left' | 'right';

/**
 * Lines of rows in columns as wide as their widest cell.
 *
 * @param align - of all columns, or by column; by default left for the first, right for the others
 */
export function table(
  rows: readonly (readonly string[])[],
  { align = [] }: { readonly align?: Alignment | readonly Alignment[] } = {},
): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const alignment = (column: number) =>
    typeof align === 'string' ? align : (align[column] ?? (column === 0 ? 'left' : 'right'));
  const pad = (cell: string, column: number) =>
    alignment(column) === 'left' ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** A cell of a Markdown table: what would end it is escaped. */
const markdownCell = (text: string): string =>
  text.replaceAll(/[\\|]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');

/**
 * A table of Markdown with columns as wide as their widest cell, its head first.
 *
 * @param align - of all columns, or by column; left where it does not say
 */
export function markdownTable(
  rows: readonly (readonly string[])[],
  { align = [] }: { readonly align?: Alignment | readonly Alignment[] } = {},
): string {
  const isRight = (column: number) =>
    (typeof align === 'string' ? align : align[column]) === 'right';
  const cells = rows.map((row) => row.map(markdownCell));
  const widths = cells[0].map((_, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const rule = widths.map((width, i) =>
    isRight(i) ? ':'.padStart(width, '-') : '-'.repeat(width),
  );
  const pad = (cell: string, i: number) =>
    isRight(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]);
  const [head, ...body] = cells;
  return [head, rule, ...body].map((row) => `| ${row.map(pad).join(' | ')} |`).join('\n');
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
