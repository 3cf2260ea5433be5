/** α and β at several moments of a search. */
import type { Logits } from '../../architecture/probabilities.js';
import { ConfigError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';

/** α or β after an epoch. */
export interface LogitsSnapshot {
  /** Epochs done, from 1; 0 is the start. */
  readonly epoch: number;
  readonly logits: Logits;
}

/**
 * α or β after each epoch, from the history of a search; rows without logits are passed over.
 *
 * @example
 * const history = await readHistory('runs/search/history.arrow');
 * await show(alphaFigure(logitsByEpoch(history, 'alpha'), history.searchSpace));
 */
export function logitsByEpoch(history: RunHistory, which: 'alpha' | 'beta'): LogitsSnapshot[] {
  return epochRows(history).flatMap(({ epoch, [which]: logits }) =>
    logits == null ? [] : [{ epoch: epoch + 1, logits }],
  );
}

/** Logits at one moment, or at several. */
export type LogitsOrSnapshots = Logits | readonly LogitsSnapshot[];

/** One of them; without an epoch where it is the only one. */
export interface Moment {
  readonly epoch: number | undefined;
  readonly logits: Logits;
}

/**
 * The moments of either form.
 *
 * @throws {@link ConfigError} if there is no moment
 */
export function moments(where: string, logits: LogitsOrSnapshots): readonly Moment[] {
  if (logits.length === 0) {
    throw new ConfigError(
      `${where}: expected logits or at least one snapshot of them, got an empty list; ` +
        'a history has them in its rows of kind "epoch"',
    );
  }
  return isSnapshots(logits) ? logits : [{ epoch: undefined, logits }];
}

function isSnapshots(logits: LogitsOrSnapshots): logits is readonly LogitsSnapshot[] {
  return typeof logits[0] === 'object';
}
