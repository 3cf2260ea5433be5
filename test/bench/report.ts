/** Results as text for people. */
import type { Series } from './cases.js';
import type { Growth } from './growth.js';
import type { Machine } from './machine.js';
import { implementationOf, type Row } from './row.js';

/** Rows as a Markdown table, the columns as wide as their widest cell, numbers to the right. */
export function table(rows: readonly (readonly string[])[], textColumns: number): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [header, ...body] = rows.map((row) =>
    line(
      row.map((cell, i) => (i < textColumns ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))),
    ),
  );
  const rule = widths.map((width, i) =>
    i < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [header, line(rule), ...body].join('\n');
}

/** A time with three digits: `0.512 ms`, `51.2 ms`, `5.12 s`. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) {
    return '';
  }
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

/** Memory as text: `5.15 GiB`. */
export const formatMiB = (mebibytes: number | null) =>
  mebibytes === null ? '' : `${(mebibytes / 1024).toFixed(2)} GiB`;

function formatThreads({ backend, threads, settings }: Row): string {
  if (threads === null) {
    return '';
  }
  const count = backend === 'tensorflow' ? `${threads.intra} x ${threads.inter}` : threads.intra;
  return settings?.memoryFormat === 'channels_last' ? `${count}, NHWC` : String(count);
}

/** How many times faster than PyTorch; of a pair of measurements of one case. */
function formatRatio({ name, medianMs }: Row, rows: readonly Row[]): string {
  const torch = rows.find(
    (row) => row.name === name && implementationOf(row) === 'pytorch',
  )?.medianMs;
  return torch && medianMs ? `${(torch / medianMs).toFixed(2)} x` : '';
}

const HEADER = ['case', 'by', 'median', 'least', 'most', 'weights', 'architecture']
  .concat(['set-up', 'first run', 'peak memory', 'threads', 'runs'])
  .concat(['PyTorch takes']);

function measuredCells(row: Row, rows: readonly Row[]): string[] {
  const { partsMs, runsMs } = row;
  return [
    row.name,
    implementationOf(row) ?? '',
    formatMs(row.medianMs),
    formatMs(Math.min(...runsMs)),
    formatMs(Math.max(...runsMs)),
    formatMs(partsMs.weights),
    formatMs(partsMs.architecture),
    formatMs(row.setupMs),
    formatMs(row.firstRunMs),
    formatMiB(row.peakMiB),
    formatThreads(row),
    String(row.runs),
    formatRatio(row, rows),
  ];
}

/** One of what grows. */
const UNITS: Readonly<Record<Series, string>> = {
  pixels: 'a pixel',
  batch: 'an image',
  layers: 'a layer',
  blocks: 'a block',
};

/** The time of one of what grows; of a pixel in microseconds. */
const formatUnit = (series: Series, us: number) =>
  series === 'pixels' ? `${us.toFixed(2)} us` : formatMs(us / 1000);

/** The line that fits a series best, and the power, in words. */
export function describeGrowth({ series, exponent, line }: Growth): string {
  const sign = line.intercept < 0 ? '−' : '';
  return (
    `${sign}${formatMs(Math.abs(line.intercept))} + ${formatUnit(series, 1000 * line.slope)} ` +
    `${UNITS[series]}, R² = ${line.explained.toFixed(3)}; ` +
    `power: ${series}^${exponent.toFixed(2)}`
  );
}

function growthTable(growth: Growth): string {
  const { series, points } = growth;
  const rows = points.map(({ name, size, medianMs, perUnitUs }) => [
    name,
    String(size),
    formatMs(medianMs),
    formatUnit(series, perUnitUs),
  ]);
  return [
    table([['case', series, 'median', `time ${UNITS[series]}`], ...rows], 1),
    `line: ${describeGrowth(growth)}`,
  ].join('\n');
}

/** Every measured row with all that is known of it. */
export function rowTable(rows: readonly Row[]): string {
  return table([HEADER, ...rows.map((row) => measuredCells(row, rows))], 2);
}

/** The machine in one line. */
export function describeMachineLine(machine: Machine): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    machine.system,
    `Node ${machine.node}`,
    ...versions,
    `commit ${machine.commit ?? 'unknown'}`,
    machine.date,
    `load ${machine.loadAtStart} at the start`,
  ].join('; ');
}

/**
 * The whole report.
 *
 * @param notice - what speaks against the times
 */
export function formatReport(
  machine: Machine,
  rows: readonly Row[],
  growth: readonly Growth[],
  notice?: string,
): string {
  const measured = rows.filter(({ skipped }) => skipped === null);
  const skipped = rows.filter((row) => row.skipped !== null);
  return [
    describeMachineLine(machine),
    ...(notice === undefined ? [] : [`**${notice}**`]),
    ...(measured.length > 0 ? [rowTable(measured)] : []),
    ...growth.map(growthTable),
    ...(skipped.length > 0
      ? [
          `not measured:\n${skipped
            .map((row) => `- ${row.name}, ${implementationOf(row)}: ${row.skipped}`)
            .join('\n')}`,
        ]
      : []),
  ].join('\n\n');
}

/** A row in one line, as it comes in. */
export function progressLine(row: Row): string {
  const what = `  ${row.name}/${implementationOf(row)}`;
  return row.skipped === null
    ? `${what}: ${formatMs(row.medianMs)}, peak ${formatMiB(row.peakMiB)}`
    : `${what}: not measured: ${row.skipped}`;
}
