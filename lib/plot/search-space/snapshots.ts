/** α and β at several moments of a search. */
import type { Logits } from '../../architecture/logits.js';
import { ConfigError } from '../../errors.js';
import type { HistoryRow } from '../../run/history-row.js';

/** α or β after an epoch. */
export interface LogitsSnapshot {
  /** Epochs done, from 1; 0 is the start. */
  readonly epoch: number;
  readonly logits: Logits;
}

/**
 * α or β after each epoch, from the history of a search.
 *
 * @param history - as `readHistory` gives it; rows without logits are passed over
 * @param which - `alpha` or `beta`
 *
 * @example
 * const history = await readHistory('runs/search/history.arrow');
 * await show(alphaFigure(logitsByEpoch(history, 'alpha')));
 */
export function logitsByEpoch(
  history: readonly Pick<HistoryRow, 'kind' | 'epoch' | 'alpha' | 'beta'>[],
  which: 'alpha' | 'beta',
): LogitsSnapshot[] {
  return history.flatMap((row) => {
    const logits = row.kind === 'epoch' ? row[which] : null;
    return logits === null ? [] : [{ epoch: row.epoch + 1, logits }];
  });
}

/** Logits at one moment, or at several. */
export type LogitsOrSnapshots = Logits | readonly LogitsSnapshot[];

/**
 * The moments of either form; one without an epoch where it is a single one.
 *
 * @throws {@link ConfigError} if there is no moment
 */
export function moments(
  where: string,
  logits: LogitsOrSnapshots,
): { readonly epoch: number | undefined; readonly logits: Logits }[] {
  if (logits.length === 0) {
    throw new ConfigError(
      `${where}: expected logits or at least one snapshot of them, got an empty list; ` +
        'a history has them in its rows of kind "epoch"',
    );
  }
  return isSnapshots(logits) ? [...logits] : [{ epoch: undefined, logits }];
}

function isSnapshots(logits: LogitsOrSnapshots): logits is readonly LogitsSnapshot[] {
  return typeof logits[0] === 'object';
}
