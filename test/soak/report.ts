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

function cells({ work, backend, rounds }: Row, finding: Finding): readonly string[] {
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
    String(rounds),
  ];
}

const HEADER = ['work', 'what', 'verdict', 'first', 'last', 'most', 'per hour', '95 %', 'rounds'];

/** The first columns hold text. */
const TEXT_COLUMNS = 3;

/** All findings as a table, and what failed. */
export function formatReport(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => row.findings.map((finding) => cells(row, finding)));
  const failed = rows.flatMap(({ work, backend, failure }) =>
    failure === null ? [] : [`${work}, ${backend}: ended early: ${failure}`],
  );
  return [...(lines.length > 0 ? [table([HEADER, ...lines], TEXT_COLUMNS)] : []), ...failed].join(
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
