/** Trials as Arrow tables, in the file format of Feather 2. */
import * as arrow from 'apache-arrow';
import { epochRows } from '../../run/epoch-rows.js';
import { historySchema, rowsToTable } from '../../run/history-row.js';
import type { CollectedTrial, TrialWithHistory } from './collected.js';
import { ordinaryEvaluation } from './evaluations.js';

const TEXT = new arrow.Utf8();
const WHOLE = new arrow.Int32();
const REAL = new arrow.Float64();
const SEED = new arrow.Uint32();

/** The columns of the table of trials. */
const COLUMNS: Readonly<
  Record<string, readonly [arrow.DataType, (trial: CollectedTrial) => string | number | null]>
> = {
  trial: [TEXT, ({ id }) => id],
  state: [TEXT, ({ state }) => state],
  kind: [TEXT, ({ kind }) => kind],
  seed: [SEED, ({ seed }) => seed],
  steps: [WHOLE, ({ steps }) => steps],
  epochs: [WHOLE, ({ epochs }) => epochs],
  meanIou: [REAL, ({ meanIou }) => meanIou],
  bestMeanIou: [REAL, ({ bestMeanIou }) => bestMeanIou],
  evaluatedMeanIou: [REAL, (trial) => ordinaryEvaluation(trial)?.meanIou ?? null],
  seconds: [REAL, ({ seconds }) => seconds],
  path: [TEXT, ({ architecture }) => (architecture ? architecture.path.join(' ') : null)],
  genotype: [TEXT, ({ architecture }) => architecture && JSON.stringify(architecture.genotype)],
};

function fileOf(table: arrow.Table): Uint8Array {
  return arrow.tableToIPC(table, 'file');
}

/** One row for each trial. */
export function trialsToArrow(trials: readonly CollectedTrial[]): Uint8Array {
  const vectors = Object.entries(COLUMNS).map(
    ([name, [type, value]]) => [name, arrow.vectorFromArray(trials.map(value), type)] as const,
  );
  return fileOf(new arrow.Table(Object.fromEntries(vectors)));
}

/** One row for each whole epoch of each trial, with the columns of a history and `trial` before them. */
export function epochsToArrow(trials: readonly TrialWithHistory[]): Uint8Array {
  const rows = trials.flatMap(({ id, history }) =>
    epochRows(history ?? { rows: [] }).map((row) => ({ id, row })),
  );
  if (rows.length === 0) {
    const trial = new arrow.Field('trial', TEXT, true);
    return fileOf(new arrow.Table(new arrow.Schema([trial, ...historySchema().fields])));
  }
  const trial = arrow.vectorFromArray(
    rows.map(({ id }) => id),
    TEXT,
  );
  const history = rowsToTable(rows.map(({ row }) => row));
  const columns: Record<string, arrow.Vector> = { trial };
  for (const { name } of history.schema.fields) {
    columns[name] = history.getChild(name) ?? columns[name];
  }
  return fileOf(new arrow.Table(columns));
}
