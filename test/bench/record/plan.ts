/** What stands in the tables: which implementations of which cases are recorded. */
import { isCompiledByTorch, type Case, type Implementation } from '../cases.js';

/** Of the works of a search; without compilation the smallest is enough. */
const SEARCH: readonly Implementation[] = ['compiled', 'compiled-bfloat16', 'pytorch'];

const SMALLEST = 'search-6-4-3-65';

/** Whether a case is recorded: the works and the growth, not the set-ups, which each work tells. */
export const isRecorded = ({ measures }: Case): boolean => measures === 'step';

/** The implementations of a case that are recorded together. */
export function recordedImplementations(entry: Case): readonly Implementation[] {
  if (entry.name === SMALLEST) {
    return entry.implementations.filter((one) => !isCompiledByTorch(one));
  }
  const isWanted =
    entry.work.kind === 'search'
      ? (one: Implementation) => SEARCH.includes(one)
      : (one: Implementation) => one !== 'eager' && one !== 'wasm';
  return entry.implementations.filter(isWanted);
}
