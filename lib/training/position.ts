/** How far a run has come, and the checkpoint that says so. */
import type { NamedArrays } from '../files/arrays.js';
import type { Checkpoint, StoredCheckpoint } from '../run/checkpoint-file.js';
import { NOTHING_YET, parseTally, type Tally } from './loop/tally.js';

/** How far a run has come. */
export interface Position {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Epochs done, validation included. */
  readonly epoch: number;
  /** Sums over the epoch under way. */
  readonly tally: Tally;
  /** Best mean IoU of a validation so far, and the step it was reached at; NaN before the first. */
  readonly best: { readonly meanIou: number; readonly step: number };
  /** Mean IoU of all validations so far, in order. */
  readonly scores: readonly number[];
  /** Steps that were done at the last validation; 0 before the first. */
  readonly validatedStep: number;
  /** How often it went back to an earlier checkpoint because something was not finite. */
  readonly rollBacks: number;
}

/** The position of a new run. */
export const AT_START: Position = {
  step: 0,
  epoch: 0,
  tally: NOTHING_YET,
  best: { meanIou: NaN, step: 0 },
  scores: [],
  validatedStep: 0,
  rollBacks: 0,
};

/** The factor on all learning rates: a half for each roll-back. */
export function rateScale({ rollBacks }: Pick<Position, 'rollBacks'>): number {
  return 0.5 ** rollBacks;
}

/** Arrays by the first part of their names: the groups of a checkpoint. */
function grouped(arrays: NamedArrays): Record<string, NamedArrays> {
  const groups: Record<string, Record<string, NamedArrays[string]>> = {};
  for (const [name, array] of Object.entries(arrays)) {
    const slash = name.indexOf('/');
    (groups[name.slice(0, slash)] ??= {})[name.slice(slash + 1)] = array;
  }
  return groups;
}

/** The inverse of {@link grouped}: all arrays of a checkpoint under the names of the state. */
export function stateArrays({ groups }: Pick<StoredCheckpoint, 'groups'>): NamedArrays {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, arrays]) =>
      Object.entries(arrays).map(([name, array]) => [`${group}/${name}`, array]),
    ),
  );
}

/** The checkpoint of a position, behind so many rows of the history. */
export function toCheckpoint(
  { step, epoch, tally, best, scores, validatedStep, rollBacks }: Position,
  historyRows: number,
  arrays: NamedArrays,
): Checkpoint {
  const metrics = { bestMeanIou: best.meanIou, bestStep: best.step };
  const extra = { tally, scores, validatedStep, rollBacks, historyRows };
  return { step, epoch, metrics, extra, groups: grouped(arrays) };
}

/** A count in the `extra` of a checkpoint; 0 if there is none. */
function countOf(extra: unknown, name: 'historyRows' | 'rollBacks' | 'validatedStep'): number {
  const count = ((extra ?? {}) as Record<string, unknown>)[name];
  return Number.isSafeInteger(count) ? (count as number) : 0;
}

/** The rows of the history that a checkpoint belongs behind. */
export function historyRowsOf(checkpoint: StoredCheckpoint | undefined): number {
  return countOf(checkpoint?.extra, 'historyRows');
}

/** The scores in the `extra` of a checkpoint; none if there are none. */
function parseScores(extra: unknown): readonly number[] {
  const { scores } = (extra ?? {}) as { scores?: unknown };
  return Array.isArray(scores) ? scores.map(Number) : [];
}

/** Where a checkpoint was written. */
export function toPosition({ step, epoch, metrics, extra }: StoredCheckpoint): Position {
  const { bestMeanIou = NaN, bestStep = 0 } = metrics;
  return {
    step,
    epoch,
    tally: parseTally(extra),
    best: { meanIou: bestMeanIou, step: bestStep },
    scores: parseScores(extra),
    validatedStep: countOf(extra, 'validatedStep'),
    rollBacks: countOf(extra, 'rollBacks'),
  };
}
