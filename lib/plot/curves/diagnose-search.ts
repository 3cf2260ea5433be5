/** A search in plain words. */
import { DataError } from '../../errors.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';
import { architectureSigns } from './architecture-signs.js';
import type { SearchFinding } from './finding.js';
import { ARCHITECTURE_PHASE, requireArchitecture } from './rows.js';
import { lossSigns, notStarted, resourceSigns, validationSigns } from './training-signs.js';

/**
 * Says in plain words what the history of a search shows, also while the search is running.
 *
 * The signs and their thresholds; "since epoch n" means in every epoch from n to the last:
 *
 * | sign                          | threshold                                                        |
 * | ----------------------------- | ---------------------------------------------------------------- |
 * | skip connections, pooling dominate | more than half of the 2B branches of the cell decoded at that epoch |
 * | `none` dominates              | most probable on more than half of the edges                     |
 * | α, β has hardly moved         | mean entropy above 99.95 % of the largest at the end; logits then differ by a standard deviation of 0.05 |
 * | α, β almost equally probable  | above 90 %                                                       |
 * | α, β was decided too early    | below 10 % since an epoch in the first half of those in which it learns |
 * | path, cell settled late       | changed in the last fifth of the epochs in which α and β learn   |
 * | validation mIoU still rises   | mean of the last fifth of the validations more than 1 point above the mean of the fifth before |
 * | validation mIoU has fallen    | that mean more than 3 points below the best validation           |
 * | the weights overfit half A    | loss on half B more than 1.5 times that on half A                |
 * | waiting for data              | more than 20 % of the training time                              |
 * | memory grew                   | more than 1.5 times that in the second epoch of the last phase   |
 *
 * Assumption: the paper gives no such signs. The thresholds are round numbers, taken from what
 * users of DARTS and of other implementations report as collapse; they tell where to look and prove
 * nothing.
 *
 * @returns warnings first, then notes, then what is good
 * @throws {@link DataError} if the history has no whole epoch
 *
 * @example
 * const history = await readHistory('runs/search/history.arrow');
 * diagnoseSearch(history).forEach(({ level, text }) => console.log(level, text));
 */
export function diagnoseSearch(history: RunHistory): readonly SearchFinding[] {
  const rows = epochRows(history);
  if (rows.length === 0) {
    throw new DataError(
      'diagnoseSearch: expected the history of a search with a whole epoch, got ' +
        `${history.rows.length} rows without one; wait for the end of the first epoch`,
    );
  }
  const learned = rows.some(({ phase }) => phase === ARCHITECTURE_PHASE);
  const findings = [
    ...(learned ? learnedSigns(history) : [notStarted(rows)]),
    ...validationSigns(rows),
    ...lossSigns(rows),
    ...resourceSigns(rows),
  ];
  const levels = ['warning', 'note', 'good'];
  return findings.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}

function learnedSigns(history: RunHistory): SearchFinding[] {
  const { rows, shape } = requireArchitecture('diagnoseSearch', history);
  const learned = rows.filter(({ phase }) => phase === ARCHITECTURE_PHASE);
  return architectureSigns({ rows: learned, shape });
}
