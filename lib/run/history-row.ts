/** The columns of a run's history: one table from which schema, writing and reading follow. */
import * as arrow from 'apache-arrow';
import { ConfigError } from '../errors.js';

/** One row of a history: a step, an epoch, an evaluation or the end. What does not apply is null. */
export interface HistoryRow {
  /** Epochs done before, so the first epoch is 0. */
  readonly epoch: number;
  /** Steps done when the row was written, over all epochs. */
  readonly step: number;
  /** The part of the run, such as `weights` (α, β still fixed), `architecture`, `retrain`. */
  readonly phase: string;
  /**
   * What the row is about: `step`, `epoch`, `evaluation`, `roll-back` or `end`; the phase of the last
   * two says why.
   */
  readonly kind: string;
  /** Training loss of the weights. */
  readonly loss: number | null;
  /** Training loss of the architecture, on the other half of the data. */
  readonly architectureLoss: number | null;
  /** Euclidean norm of the gradient in the weights, before it is clipped. */
  readonly gradientNorm: number | null;
  /** Euclidean norm of the gradient in α and β. */
  readonly architectureGradientNorm: number | null;
  /** Loss on data that is not trained on. */
  readonly validationLoss: number | null;
  /** Mean IoU, from 0 to 1. */
  readonly meanIou: number | null;
  /** Pixel accuracy, from 0 to 1. */
  readonly pixelAccuracy: number | null;
  /** Learning rate of the weights. */
  readonly learningRate: number | null;
  /** Learning rate of the architecture. */
  readonly architectureLearningRate: number | null;
  /** Logits α, `[edges * operations]`, edge by edge. */
  readonly alpha: Float32Array | null;
  /** Logits β, `[arrows]`. */
  readonly beta: Float32Array | null;
  /** Mean entropy of α over the edges, in nats. */
  readonly alphaEntropy: number | null;
  /** Mean entropy of β over the nodes that have a choice, in nats. */
  readonly betaEntropy: number | null;
  /** Time of the step, epoch or evaluation. */
  readonly seconds: number | null;
  /** Part of it spent waiting for data. */
  readonly dataSeconds: number | null;
  /** Memory of the process. */
  readonly memoryBytes: number | null;
}

/** A row to be written: the first four fields, and of the others what applies. */
export type HistoryEntry = Pick<HistoryRow, 'epoch' | 'step' | 'phase' | 'kind'> &
  Partial<HistoryRow>;

/** The types of columns, as Arrow writes their names. */
const TYPES = {
  Int32: new arrow.Int32(),
  Float64: new arrow.Float64(),
  Utf8: new arrow.Utf8(),
  'List<Float32>': new arrow.List(new arrow.Field('item', new arrow.Float32(), true)),
} as const;

/** The columns in order. */
const COLUMNS: Readonly<Record<keyof HistoryRow, keyof typeof TYPES>> = {
  epoch: 'Int32',
  step: 'Int32',
  phase: 'Utf8',
  kind: 'Utf8',
  loss: 'Float64',
  architectureLoss: 'Float64',
  gradientNorm: 'Float64',
  architectureGradientNorm: 'Float64',
  validationLoss: 'Float64',
  meanIou: 'Float64',
  pixelAccuracy: 'Float64',
  learningRate: 'Float64',
  architectureLearningRate: 'Float64',
  alpha: 'List<Float32>',
  beta: 'List<Float32>',
  alphaEntropy: 'Float64',
  betaEntropy: 'Float64',
  seconds: 'Float64',
  dataSeconds: 'Float64',
  memoryBytes: 'Float64',
};

const NAMES = Object.keys(COLUMNS) as (keyof HistoryRow)[];

/** Every row has these. */
const REQUIRED = new Set<string>(['epoch', 'step', 'phase', 'kind']);

/** The schema of a history file. */
export function historySchema(metadata: ReadonlyMap<string, string> = new Map()): arrow.Schema {
  return new arrow.Schema(
    NAMES.map((name) => new arrow.Field(name, TYPES[COLUMNS[name]], !REQUIRED.has(name))),
    new Map(metadata),
  );
}

/** Throws unless a row's counts fit their columns. */
export function checkEntry({ epoch, step, phase, kind }: HistoryEntry): void {
  const counts = [epoch, step];
  if (!counts.every((count) => Number.isInteger(count) && count >= 0 && count < 2 ** 31)) {
    throw new ConfigError(
      `history: expected whole numbers ≥ 0 as epoch and step, got ${epoch} and ${step}`,
    );
  }
  if (phase === '' || kind === '') {
    throw new ConfigError('history: expected a phase and a kind, got an empty text');
  }
}

/** The rows as one Arrow table. */
export function rowsToTable(rows: readonly HistoryEntry[]): arrow.Table {
  const columns = NAMES.map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    return [name, arrow.vectorFromArray(values, TYPES[COLUMNS[name]])] as const;
  });
  return new arrow.Table(historySchema(), Object.fromEntries(columns));
}

/** The name of a type, such as `List<Float32>`. */
function nameOf(type: arrow.DataType): string {
  return (type as { toString(): string }).toString();
}

/** A value of a column as a plain one. */
function toPlain(value: unknown): unknown {
  return value instanceof arrow.Vector
    ? Float32Array.from((value as arrow.Vector<arrow.Float32>).toArray())
    : value;
}

/**
 * The rows of an Arrow table; a column that it lacks is null in all rows, one that we do not know is
 * left out.
 *
 * @returns undefined if the table is not a history: a column has another type, or a row lacks one
 *   of its first four fields
 */
export function tableToRows(table: arrow.Table): HistoryRow[] | undefined {
  const columns = NAMES.map((name) => [name, table.getChild(name)] as const);
  const isHistory = columns.every(([name, column]) =>
    column === null ? !REQUIRED.has(name) : nameOf(column.type as arrow.DataType) === COLUMNS[name],
  );
  if (!isHistory) {
    return undefined;
  }
  const rows: HistoryRow[] = [];
  for (let i = 0; i < table.numRows; i++) {
    const values = columns.map(
      ([name, column]) => [name, toPlain(column?.get(i) ?? null)] as const,
    );
    const row = Object.fromEntries(values) as unknown as HistoryRow;
    if (row.epoch === null || row.step === null || !row.phase || !row.kind) {
      return undefined;
    }
    rows.push(row);
  }
  return rows;
}
