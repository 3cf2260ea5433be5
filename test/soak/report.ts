/** Results as text for people. */
import { table } from '../bench/report.js';
import type { BackendName, WorkName } from './messages.js';
import type { Sample } from './sample.js';
import { MEASURES } from './sample.js';
import type { Finding } from './verdict.js';

/** One process that was watched. */
export interface Row {
  readonly work: WorkName;
  readonly backend: BackendName;
  readonly minutes: number;
  /** The processor's time of these minutes; null where the system does not say it. */
  readonly processorMinutes: number | null;
  /** Epochs of the search, rounds of the other works. */
  readonly rounds: number;
  readonly findings: readonly Finding[];
  /** Why it ended before its time; null if it did not. */
  readonly failure: string | null;
}

const short = (value: number): string =>
  Number.isNaN(value)
    ? '?'
    : value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${short(value)}`;

const titleOf = ({ measure }: Finding) => MEASURES.find(({ key }) => key === measure)!.title;

function cells({ work, backend }: Row, finding: Finding): readonly string[] {
  const { first, last, most, slope, unit, verdict } = finding;
  return [
    `${work}, ${backend}`,
    `${titleOf(finding)}${unit === 'MiB' ? ', MiB' : ''}`,
    verdict,
    short(first),
    short(last),
    short(most),
    signed(slope.slope),
    `${signed(slope.lower)} to ${signed(slope.upper)}`,
  ];
}

const HEADER = ['work', 'what', 'verdict', 'first', 'last', 'most', 'per hour', '95 %'];

/** The first columns hold text. */
const TEXT_COLUMNS = 3;

/** How much a process did. */
function workLine({ work, backend, minutes, processorMinutes, rounds, failure }: Row): string {
  const processor =
    processorMinutes === null ? '' : `, ${short(processorMinutes)} of the processor`;
  const end = failure === null ? '' : `; ended early: ${failure}`;
  return `- ${work}, ${backend}: ${rounds} rounds in ${short(minutes)} minutes${processor}${end}`;
}

/** All findings as a table, and how much was done. */
export function formatReport(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => row.findings.map((finding) => cells(row, finding)));
  const done = rows.map(workLine).join('\n');
  return [...(lines.length > 0 ? [table([HEADER, ...lines], TEXT_COLUMNS)] : []), done].join(
    '\n\n',
  );
}

/** What one sample says, in a line. */
export function progressLine(
  { work, backend }: Pick<Row, 'work' | 'backend'>,
  { seconds, rss, heapUsed, tensors, rounds }: Sample,
  minutes: number,
): string {
  const mib = (value: number | undefined) =>
    value === undefined ? '?' : `${(value / 2 ** 20).toFixed(0)} MiB`;
  return (
    `${work}, ${backend}: ${(seconds / 60).toFixed(1)} of ${minutes} min, round ${rounds ?? '?'}, ` +
    `resident ${mib(rss)}, heap ${mib(heapUsed)}, ${tensors ?? '?'} tensors`
  );
}
