/** What scores, losses, times and memory say about a search. */
import type { HistoryEntry } from '../../run/history-row.js';
import { mean, percent, short } from '../../text.js';
import { holdsSince, type SearchFinding } from './finding.js';
import { knownPoints, numberAt, type NumberColumn } from './rows.js';

/** Fewer validations than this say nothing of a trend. */
const FEWEST_VALIDATIONS = 5;
/** The share of the validations, at the end, that is compared with the share before it. */
const TAIL = 0.2;
/** Mean IoU by which the last fifth must lie above the one before, to be called rising. */
const RISES = 0.01;
/** Mean IoU by which the last fifth may lie below the best one. */
const FALLS = 0.03;
/** Loss on half B divided by that on half A, above which the weights overfit half A. */
const OVERFITS = 1.5;
/** The share of the time spent waiting for data that is worth more workers. */
const WAITS = 0.2;
/** Memory at the end divided by that in the second epoch of the same phase. */
const GROWS = 1.5;

const meanOf = (points: readonly { readonly value: number }[]): number =>
  mean(points.map(({ value }) => value));

/** Whether the validation mean IoU still rises, falls or does neither. */
export function validationSigns(rows: readonly HistoryEntry[]): SearchFinding[] {
  const points = knownPoints(rows, 'meanIou');
  const topic = 'validation';
  if (points.length < FEWEST_VALIDATIONS) {
    const text = `Too short to see a trend of the validation mIoU: ${points.length} validations.`;
    return [{ topic, level: 'note', text }];
  }
  const length = Math.max(2, Math.round(points.length * TAIL));
  const end = meanOf(points.slice(-length));
  const before = meanOf(points.slice(-2 * length, -length));
  const best = points.reduce((a, b) => (b.value > a.value ? b : a));
  if (end - before > RISES) {
    const text =
      `The validation mIoU still rises at the end (${percent(before)} to ${percent(end)} in the ` +
      `last ${2 * length} validations): a longer search may give more.`;
    return [{ topic, level: 'note', text }];
  }
  if (best.value - end > FALLS) {
    const text =
      `The validation mIoU has fallen from ${percent(best.value)} in epoch ${best.row.epoch + 1} to ` +
      `${percent(end)}, the mean of the last ${length} validations.`;
    return [{ topic, level: 'warning', text, sinceEpoch: best.row.epoch + 1 }];
  }
  const text =
    `The validation mIoU hardly rises any more: ${percent(end)}, the mean of the last ${length} validations, ` +
    `after ${percent(before)} in the ${length} before.`;
  return [{ topic, level: 'note', text }];
}

/** Whether the weights fit half A much better than α and β's half B. */
export function lossSigns(rows: readonly HistoryEntry[]): SearchFinding[] {
  const both = rows.filter(
    (row) => (numberAt(row, 'loss') ?? 0) > 0 && numberAt(row, 'architectureLoss') !== undefined,
  );
  const ratio = (row: HistoryEntry) =>
    (numberAt(row, 'architectureLoss') ?? NaN) / (numberAt(row, 'loss') ?? NaN);
  const since = holdsSince(both, (row) => ratio(row) > OVERFITS);
  if (since === undefined) {
    return [];
  }
  const last = short(ratio(both[both.length - 1]), 2);
  const sinceEpoch = both[since].epoch + 1;
  const text =
    `Since epoch ${sinceEpoch} the loss on half B, where α and β learn, is far above that on half A, ` +
    `now ${last} times: the weights overfit half A.`;
  return [{ topic: 'losses', level: 'warning', text, sinceEpoch }];
}

/** The time spent waiting for data, and memory that grows. */
export function resourceSigns(rows: readonly HistoryEntry[]): SearchFinding[] {
  const findings: SearchFinding[] = [];
  const sum = (name: NumberColumn) =>
    knownPoints(rows, name).reduce((total, { value }) => total + value, 0);
  const waiting = sum('dataSeconds') / sum('seconds');
  if (waiting > WAITS) {
    const text = `${percent(waiting, 0)} of the training time was spent waiting for data: more workers, or a smaller resolution, would help.`;
    findings.push({ topic: 'data', level: 'note', text });
  }
  const phase = rows.at(-1)?.phase;
  const memory = knownPoints(
    rows.filter((row) => row.phase === phase),
    'memoryBytes',
  );
  if (memory.length > 2) {
    const [first, last] = [memory[1].value, memory[memory.length - 1].value];
    const sinceEpoch = memory[1].row.epoch + 1;
    if (last > GROWS * first) {
      const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
      const text = `The memory of the process grew from ${gib(first)} in epoch ${sinceEpoch} to ${gib(last)}.`;
      findings.push({ topic: 'memory', level: 'warning', text, sinceEpoch });
    }
  }
  return findings;
}

/** That α and β have not learned yet. */
export function notStarted(rows: readonly HistoryEntry[]): SearchFinding {
  const text = `In all ${rows.length} epochs so far only the weights have learned; α and β are as they started, and decoding them means nothing.`;
  return { topic: 'architecture', level: 'warning', text };
}
