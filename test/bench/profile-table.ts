/** What the time of a step is spent on, beside what the machine could do at most. */
import type { nn } from 'autodeeplab';
import { formatMs, table } from './report.js';

/** The profile of one step of a work. */
export interface NamedProfile extends nn.StepProfile {
  readonly step: string;
}

/** What the machine reaches in work that does one thing only. */
export interface Ceilings {
  /** Multiply-adds per second of a product of large matrices, in float32. */
  readonly multiplyAdds: number;
  /** Bytes per second that a sum of large tensors reads and writes. */
  readonly bytes: number;
}

/** Operations with a smaller share of the time are summed up in one row. */
const LEAST_SHARE = 0.01;

const giga = (value: number, digits: number) => (value / 1e9).toFixed(digits);

const rate = (amount: number, seconds: number, digits: number) =>
  amount > 0 ? giga(amount / seconds, digits) : '';

function cellsOf(
  { operation, runs, seconds, dense, depthwise, bytes }: nn.OperationProfile,
  total: number,
): string[] {
  const multiplyAdds = dense + depthwise;
  return [
    operation,
    String(runs),
    formatMs(1000 * seconds),
    `${((100 * seconds) / total).toFixed(1)} %`,
    multiplyAdds > 0 ? giga(multiplyAdds, 2) : '',
    rate(multiplyAdds, seconds, 1),
    bytes > 0 ? giga(bytes, 3) : '',
    rate(bytes, seconds, 1),
  ];
}

const sum = (parts: readonly nn.OperationProfile[], of: (part: nn.OperationProfile) => number) =>
  parts.reduce((all, part) => all + of(part), 0);

function summed(operation: string, parts: readonly nn.OperationProfile[]): nn.OperationProfile {
  return {
    operation,
    runs: sum(parts, ({ runs }) => runs),
    seconds: sum(parts, ({ seconds }) => seconds),
    dense: sum(parts, ({ dense }) => dense),
    depthwise: sum(parts, ({ depthwise }) => depthwise),
    bytes: sum(parts, ({ bytes }) => bytes),
    kernels: sum(parts, ({ kernels }) => kernels),
  };
}

const HEADER = ['operation', 'runs', 'time', 'share'].concat([
  'G multiply-adds',
  'G per second',
  'GB',
  'GB per second',
]);

/** A profile as text: the operations that take most, and the time that the ceilings allow. */
export function describeProfile(
  { step, seconds, operations }: NamedProfile,
  { multiplyAdds, bytes }: Ceilings,
): string {
  const all = summed('all', operations);
  const isLarge = (one: nn.OperationProfile) => one.seconds >= LEAST_SHARE * all.seconds;
  const small = operations.filter((one) => !isLarge(one));
  const rows = [
    ...operations.filter(isLarge),
    ...(small.length > 0 ? [summed(`${small.length} others`, small)] : []),
    all,
  ];
  const computing = (all.dense + all.depthwise) / multiplyAdds;
  const moving = all.bytes / bytes;
  return [
    table([HEADER, ...rows.map((row) => cellsOf(row, all.seconds))], 1),
    `${step}: ${formatMs(1000 * seconds)} while times are noted; at ${giga(multiplyAdds, 0)} G ` +
      `multiply-adds per second its multiply-adds take ${formatMs(1000 * computing)}, at ` +
      `${giga(bytes, 1)} GB per second its bytes ${formatMs(1000 * moving)}`,
  ].join('\n\n');
}
