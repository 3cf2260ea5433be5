/** Results as text for people. */
import { table } from '../bench/report.js';
import { faultCount, type FaultRecord, type FormatResult } from './engine/results.js';

const grouped = (count: number): string => count.toLocaleString('en-US');

/** How far a format is. */
export function progressLine({ format, cases, faults, seconds }: FormatResult, of: number): string {
  const rate = seconds > 0 ? Math.round(cases / seconds) : 0;
  return `${format}: ${grouped(cases)} of ${grouped(of)}, ${rate}/s, ${faults.length} faults`;
}

const KINDS: readonly FaultRecord['kind'][] = [
  'untyped',
  'wrong content',
  'hang',
  'crash',
  'memory',
];

function row(result: FormatResult): string[] {
  const { format, cases, accepted, refused, isPromiseChecked, slowest, grewMiB, limitMiB } = result;
  const total = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const faults = KINDS.map((kind) =>
    kind === 'wrong content' && !isPromiseChecked ? '' : String(faultCount(result, kind)),
  );
  return [
    format,
    grouped(cases),
    grouped(accepted),
    grouped(total),
    ...faults,
    `${Math.round(slowest.ms)} ms`,
    `${Math.round(grewMiB)} of ${limitMiB} MiB`,
    `${Math.round(result.computing)} s`,
  ];
}

const HEADER = [
  ...['format', 'cases', 'accepted', 'refused'],
  ...['untyped errors', 'wrong content', 'hangs', 'crashes', 'too much memory'],
  ...['slowest', 'memory', 'computing time'],
];

/** The results as a Markdown table. */
export function resultTable(results: readonly FormatResult[]): string {
  return table([HEADER, ...results.map(row)], 1);
}
