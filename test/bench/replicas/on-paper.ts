/** What more machines would give, computed from a measurement of two replicas. */
import type { ReplicaRow } from './row.js';

/** What is measured of a work, and computed with. */
export interface Measured {
  /** Time of a step of one machine, t, seconds. */
  readonly stepSeconds: number;
  /** Bytes of the means of a step, S: as much as its weights. */
  readonly bytes: number;
}

/** Numbers of machines, K. */
export const MACHINES = [1, 2, 4, 8, 16];

/** Bits in a second of each machine's network, in each direction, R. */
export const RATES = [1e9, 10e9, 100e9];

/** In words. */
export const FORMULA =
  'Each machine computes a step of its own images in the measured time t; K machines are K · t / (t + c) ' +
  'times as fast, with c = 2 (K − 1) / K · 8 S / R in a ring, in which each machine sends and gets as much, and ' +
  'c = 2 (K − 1) · 8 S / R through a chief, who is one of them, sends S to all others and gets S back. S: bytes of ' +
  'the means, R: bits in a second. Latencies, images and what overlaps are left out.';

/** Seconds that the means of a step take. */
export function networkSeconds(
  how: 'ring' | 'chief',
  machines: number,
  bytes: number,
  bitsPerSecond: number,
): number {
  const times = (2 * (machines - 1)) / (how === 'ring' ? machines : 1);
  return (times * 8 * bytes) / bitsPerSecond;
}

/** How many times as many images in a second as one machine. */
export function speedUp(
  how: 'ring' | 'chief',
  machines: number,
  { stepSeconds, bytes }: Measured,
  bitsPerSecond: number,
): number {
  const seconds = stepSeconds + networkSeconds(how, machines, bytes, bitsPerSecond);
  return (machines * stepSeconds) / seconds;
}

/**
 * What rows of a work say: the time on one device, and a half of what a ring of two sends in a step, which is S
 * from each.
 *
 * @returns undefined if they have no steps
 */
export function measuredOf(rows: readonly ReplicaRow[], work: string): Measured | undefined {
  const of = (place: string) => rows.find((row) => row.work === work && row.place === place);
  const stepSeconds = of('one device')?.medianSeconds ?? null;
  const bytes = of('ring')?.bytes ?? null;
  return stepSeconds === null || bytes === null ? undefined : { stepSeconds, bytes: bytes / 2 };
}

/** A table in Markdown: how many times as fast, by machines, network, and ring or chief. */
export function onPaper(measured: Measured): string {
  const networks = RATES.map((rate) => `${rate / 1e9} Gbit/s`);
  const columns = networks.flatMap((name) => [`${name}: ring`, 'chief']);
  const rows = MACHINES.map((machines) => [
    String(machines),
    ...RATES.flatMap((rate) =>
      (['ring', 'chief'] as const).map((how) => speedUp(how, machines, measured, rate).toFixed(1)),
    ),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = ['machines', ...columns].map(() => '---:');
  return [['machines', ...columns], rule, ...rows].map(line).join('\n');
}
