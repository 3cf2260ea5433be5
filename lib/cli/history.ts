/** `autodeeplab history`: the epochs of a run as a table, or its history for TensorBoard. */
import { Command } from 'commander';
import { join } from 'node:path';
import { duration } from '../duration.js';
import { epochRows } from '../run/epoch-rows.js';
import { readHistory } from '../run/history.js';
import type { HistoryRow } from '../run/history-row.js';
import { TensorBoardLog } from '../tensorboard/tensorboard-log.js';
import { percent, table } from '../text.js';

/** The share of the time of an epoch's steps that was spent waiting for data. */
function waiting({ seconds, dataSeconds }: HistoryRow): string | undefined {
  return seconds && dataSeconds !== null ? percent(dataSeconds / seconds, 1) : undefined;
}

/** What a table of epochs shows; a column without a value in any row is left out. */
const COLUMNS: readonly (readonly [string, (row: HistoryRow) => string | undefined])[] = [
  ['epoch', ({ epoch }) => String(epoch + 1)],
  ['step', ({ step }) => String(step)],
  ['phase', ({ phase }) => phase],
  ['loss', ({ loss }) => loss?.toPrecision(4)],
  ['architecture loss', ({ architectureLoss }) => architectureLoss?.toPrecision(4)],
  ['mIoU', ({ meanIou }) => (meanIou === null ? undefined : percent(meanIou, 2))],
  ['entropy of α', ({ alphaEntropy }) => alphaEntropy?.toFixed(4)],
  ['entropy of β', ({ betaEntropy }) => betaEntropy?.toFixed(4)],
  ['time', ({ seconds }) => (seconds === null ? undefined : duration(seconds))],
  ['waiting for data', waiting],
];

/** Why a run ended, each time that it did, and how far it went on after that. */
function endsOf(rows: readonly HistoryRow[]): string[] {
  const ends = rows
    .filter(({ kind }) => kind === 'end')
    .map(({ step, phase }) => `ended after step ${step}: ${phase}`);
  const after = rows.slice(rows.findLastIndex(({ kind }) => kind === 'end') + 1);
  return ends.length > 0 && after.length > 0
    ? [...ends, `went on to step ${after.at(-1)!.step}, and has not ended since`]
    : ends;
}

/** The epochs of a history as a table, and why it ended, each time that it did. */
export function describeHistory(rows: readonly HistoryRow[]): string {
  const epochs = epochRows({ rows });
  const columns = COLUMNS.map(([name, cell]) => [name, epochs.map(cell)] as const).filter(
    ([, cells]) => cells.some((cell) => cell !== undefined),
  );
  const epochTable = table([
    columns.map(([name]) => name),
    ...epochs.map((_, i) => columns.map(([, cells]) => cells[i] ?? '–')),
  ]);
  return [epochTable, ...endsOf(rows)].join('\n');
}

async function runHistory(
  folder: string,
  { tensorboard }: { readonly tensorboard?: string },
): Promise<void> {
  const { rows, damage } = await readHistory(join(folder, 'history.arrow'));
  if (damage !== undefined) {
    console.error(`warning: ${damage}`);
  }
  if (tensorboard === undefined) {
    console.log(rows.length === 0 ? 'no epoch yet' : describeHistory(rows));
    return;
  }
  await new TensorBoardLog(folder, tensorboard).close();
  console.log(
    `${tensorboard}: ${rows.length} rows; look at them with tensorboard --logdir ${tensorboard}`,
  );
}

/** The command `history`. */
export function historyCommand(): Command {
  return new Command('history')
    .description('print the epochs of a run, or write its history for TensorBoard')
    .argument('<run>', 'the folder of a search or a retraining, also of one that is running')
    .option(
      '--tensorboard <folder>',
      "write event files with its scalars, α and β, and pictures; the folder's own are replaced",
    )
    .action(runHistory);
}
