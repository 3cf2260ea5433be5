/** Notices what else a machine does while something is measured. */
import { readFileSync } from 'node:fs';
import type { Row } from './row.js';

/** Time of the processor in clock ticks, since the machine or a process began. */
interface Ticks {
  /** All cores, also when they waited. */
  readonly all: number;
  /** All cores, at work for anybody. */
  readonly busy: number;
  /** At work for this process and the children that have ended. */
  readonly own: number;
}

const numbers = (text: string) => text.trim().split(/\s+/).map(Number);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Reads the kernel's counters.
 *
 * @param stat - the text of `/proc/stat`
 * @param self - the text of `/proc/self/stat`
 */
export function parseTicks(stat: string, self: string): Ticks {
  const [user, nice, system, idle, waiting, ...rest] = numbers(
    /^cpu +(.*)$/m.exec(stat)?.[1] ?? '',
  );
  const [irq = 0, softirq = 0, steal = 0] = rest; // guests are counted as users
  const busy = user + nice + system + irq + softirq + steal;
  // After the name, which may hold spaces: state, parent, …; fields 14 to 17 are utime to cstime.
  const fields = self.slice(self.lastIndexOf(')') + 1).trim();
  const own = sum(numbers(fields.replace(/^\S+/, '0')).slice(11, 15));
  return { all: busy + idle + waiting, busy, own };
}

/** The counters now; undefined where the system has none. */
export function readTicks(): Ticks | undefined {
  try {
    return parseTicks(readFileSync('/proc/stat', 'utf8'), readFileSync('/proc/self/stat', 'utf8'));
  } catch {
    return undefined; // not on Linux
  }
}

/** The share of the cores that others took between two readings. */
export function othersShare(before: Ticks, after: Ticks): number {
  const others = after.busy - before.busy - (after.own - before.own);
  return Math.min(1, Math.max(0, others / (after.all - before.all)));
}

/** Watches the machine from now on. */
export function watchOtherWork(): () => number | null {
  const before = readTicks();
  return () => {
    const after = readTicks();
    return before && after && after.all > before.all ? othersShare(before, after) : null;
  };
}

/** Others took more of the cores than this: times mean little. */
const MOST_OTHERS = 0.05;

/** The slowest run took longer than the fastest by more than this share of the median. */
const MOST_SPREAD = 0.25;

/** How far apart the runs of a row are, as a share of their median. */
export function spreadOf({ runsMs, medianMs }: Pick<Row, 'runsMs' | 'medianMs'>): number {
  return medianMs ? (Math.max(...runsMs) - Math.min(...runsMs)) / medianMs : 0;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/**
 * What speaks against times that were measured; undefined if nothing does.
 *
 * @param others - share of the cores that other work took; null: unknown
 */
export function busyNotice(
  others: number | null,
  rows: readonly Pick<Row, 'runsMs' | 'medianMs'>[],
): string | undefined {
  const spread = Math.max(0, ...rows.map(spreadOf));
  const signs = [
    ...(others !== null && others > MOST_OTHERS
      ? [`other work took ${percent(others)} of the cores`]
      : []),
    ...(spread > MOST_SPREAD ? [`runs of the same step lie up to ${percent(spread)} apart`] : []),
  ];
  return signs.length === 0 ? undefined : `busy machine: ${signs.join('; ')}`;
}
