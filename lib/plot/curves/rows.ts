/** The rows of a run's history as the figures need them. */
import { normalizeAlpha } from '../../architecture/normalize-alpha.js';
import { normalizeBeta } from '../../architecture/normalize-beta.js';
import { DataError, ShapeError } from '../../errors.js';
import type { HistoryEntry } from '../../run/history-row.js';
import { edgeCount } from '../../search-space/edges.js';
import { PRIMITIVES } from '../../search-space/primitives.js';
import { createTrellis, type Trellis } from '../../search-space/trellis.js';

/** The rows of one run in the order in which they were written, as `readHistory` returns them. */
export type RunHistory = readonly HistoryEntry[];

/** The columns of a history that hold one number. */
export type NumberColumn = Exclude<
  {
    [Name in keyof HistoryEntry]-?: HistoryEntry[Name] extends number | null | undefined
      ? Name
      : never;
  }[keyof HistoryEntry],
  'epoch' | 'step'
>;

/** The phase of a search in which α and β learn, too. */
export const ARCHITECTURE_PHASE = 'architecture';

/** An epoch at whose end α and β were noted. */
export interface ArchitectureRow extends HistoryEntry {
  readonly alpha: Float32Array;
  readonly beta: Float32Array;
}

/** The rows of whole epochs. */
export function epochRows(history: RunHistory): readonly HistoryEntry[] {
  return history.filter(({ kind }) => kind === 'epoch');
}

/** A number of a row; undefined where it is not noted or not finite. */
export function numberAt(row: HistoryEntry, column: NumberColumn): number | undefined {
  const value = row[column];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The epochs at whose end α and β were noted. */
export function architectureRows(history: RunHistory): readonly ArchitectureRow[] {
  return epochRows(history).filter(
    (row): row is ArchitectureRow => row.alpha != null && row.beta != null,
  );
}

/**
 * The same, where a figure is nothing without them.
 *
 * @param where - the figure, for the error
 * @throws {@link DataError} if there is none
 */
export function requireArchitectureRows(
  where: string,
  history: RunHistory,
): readonly ArchitectureRow[] {
  const rows = architectureRows(history);
  if (rows.length === 0) {
    throw new DataError(
      `${where}: expected the history of a search with α and β at the end of its epochs, got ` +
        `${history.length} rows without them; pass the rows of readHistory, once an epoch is done`,
    );
  }
  return rows;
}

/** Number of blocks of the cell that a list of α belongs to. */
export function blocksOf(alpha: ArrayLike<number>): number {
  let blocks = 1;
  while (edgeCount(blocks) * PRIMITIVES.length < alpha.length) {
    blocks++;
  }
  if (edgeCount(blocks) * PRIMITIVES.length !== alpha.length) {
    throw new ShapeError(
      `alpha: expected ${PRIMITIVES.length} numbers for each edge of a cell, got ${alpha.length} ` +
        'in all, which no number of blocks gives',
    );
  }
  return blocks;
}

/** The trellis of 4 levels that a list of β belongs to. */
export function trellisOf(beta: ArrayLike<number>): Trellis {
  for (let layers = 1; layers <= beta.length; layers++) {
    for (const firstLayer of ['free', 'stride-4'] as const) {
      const trellis = createTrellis({ layers, firstLayer });
      if (trellis.arrows.length === beta.length) {
        return trellis;
      }
    }
  }
  throw new ShapeError(
    `beta: expected one number an arrow of a trellis of 4 levels, got ${beta.length} in all, which ` +
      'no number of layers gives',
  );
}

/** −Σ p ln p, divided by the largest value it can have: 1 where all are equal, 0 where one is 1. */
function relativeEntropy(logProbabilities: ArrayLike<number>): number {
  let entropy = 0;
  for (const log of Array.from(logProbabilities)) {
    entropy -= log === -Infinity ? 0 : Math.exp(log) * log;
  }
  return entropy / Math.log(logProbabilities.length);
}

/** The relative entropy of each edge, `[edges]`, from 0 (decided) to 1 (all operations equal). */
export function edgeEntropies(alpha: ArrayLike<number>): number[] {
  const blocks = blocksOf(alpha);
  const logProbabilities = normalizeAlpha(Float32Array.from(alpha), blocks);
  const width = PRIMITIVES.length;
  return Array.from({ length: edgeCount(blocks) }, (_, edge) =>
    relativeEntropy(logProbabilities.subarray(edge * width, (edge + 1) * width)),
  );
}

/** The relative entropy of each node that several arrows leave, from 0 (decided) to 1 (equal). */
export function nodeEntropies(beta: ArrayLike<number>, trellis: Trellis): number[] {
  const logProbabilities = normalizeBeta(Float32Array.from(beta), trellis);
  return trellis.nodes
    .filter(({ outgoing }) => outgoing.length > 1)
    .map(({ outgoing }) => relativeEntropy(outgoing.map((arrow) => logProbabilities[arrow])));
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
