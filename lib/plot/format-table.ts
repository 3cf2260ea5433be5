/** Tables as plain text, for the output of a notebook cell. */

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
  const columns = names.map((name) => {
    const texts = rows.map((row) => cell(row[name]));
    const width = Math.max(...[name, ...texts].map((text) => [...text].length));
    const isRight = texts.every(isNumeric) && texts.some((text) => text !== '');
    return [name, ...texts].map((text) => {
      const room = ' '.repeat(width - [...text].length);
      return isRight ? room + text : text + room;
    });
  });
  const lines = Array.from({ length: rows.length + 1 }, (_, i) =>
    columns.map((column) => column[i]).join('  '),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}
