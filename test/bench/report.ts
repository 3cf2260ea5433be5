/** Results as text for people. */
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

const formatMiB = (mebibytes: number | null) =>
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

function growthTable({ series, exponent, line, points }: Growth): string {
  const unit = series === 'pixels' ? 'time a pixel' : 'time an image';
  const perUnit = (us: number) =>
    series === 'pixels' ? `${us.toFixed(2)} us` : formatMs(us / 1000);
  const rows = points.map(({ name, size, medianMs, perUnitUs }) => [
    name,
    String(size),
    formatMs(medianMs),
    perUnit(perUnitUs),
  ]);
  return [
    table([['case', series, 'median', unit], ...rows], 1),
    `line: ${formatMs(line.intercept)} + ${perUnit(1000 * line.slope)} ` +
      `${series === 'pixels' ? 'a pixel' : 'an image'}, which explains ` +
      `${(100 * line.explained).toFixed(1)} % of the differences; power: ${series}^${exponent.toFixed(2)}`,
  ].join('\n');
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

/** The whole report. */
export function formatReport(
  machine: Machine,
  rows: readonly Row[],
  growth: readonly Growth[],
): string {
  const measured = rows.filter(({ skipped }) => skipped === null);
  const skipped = rows.filter((row) => row.skipped !== null);
  return [
    describeMachineLine(machine),
    ...(measured.length > 0
      ? [table([HEADER, ...measured.map((row) => measuredCells(row, rows))], 2)]
      : []),
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
