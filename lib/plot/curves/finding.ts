/** What the diagnosis of a search says. */

/** What a finding is about. */
export type SearchTopic =
  | 'operations'
  | 'alpha'
  | 'beta'
  | 'architecture'
  | 'validation'
  | 'losses'
  | 'data'
  | 'memory';

/** One thing to know about a search. */
export interface SearchFinding {
  readonly topic: SearchTopic;
  /** *good* - as it should be. *note* - worth knowing. *warning* - probably spoils the result. */
  readonly level: 'good' | 'note' | 'warning';
  /** One sentence in plain words. */
  readonly text: string;
  /** The epoch since which it holds, from 1; undefined where it is not about a moment. */
  readonly sinceEpoch?: number;
}

/**
 * The first item from which on a condition holds to the end.
 *
 * @returns its index; undefined if the condition does not hold at the last one
 */
export function holdsSince<T>(
  items: readonly T[],
  condition: (item: T) => boolean,
): number | undefined {
  const lastFailure = items.findLastIndex((item) => !condition(item));
  return lastFailure + 1 < items.length ? lastFailure + 1 : undefined;
}
