/** What no other beats in probability and in every cost at once. */

/** Something of a log probability that costs something. */
export interface Priced {
  readonly logProbability: number;
  readonly costs: Float64Array;
}

/** Each candidate is compared with at most so many better ones: what is left out of it costs time only. */
const MOST_COMPARED = 2000;

/** The candidates from the most probable on, without those that a more probable one undercuts in every cost. */
export function undominated<T extends Priced>(candidates: readonly T[]): T[] {
  const kept: T[] = [];
  // The sort is stable: of equals the first stays.
  for (const candidate of [...candidates].sort((a, b) => b.logProbability - a.logProbability)) {
    if (!isDominated(candidate.costs, kept)) {
      kept.push(candidate);
    }
  }
  return kept;
}

function isDominated(costs: Float64Array, kept: readonly Priced[]): boolean {
  const compared = Math.min(kept.length, MOST_COMPARED);
  for (let i = 0; i < compared; i++) {
    if (isAtMost(kept[i].costs, costs)) {
      return true;
    }
  }
  return false;
}

/** Whether no number of `a` is above that of `b`. */
export function isAtMost(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] > b[i]) {
      return false;
    }
  }
  return true;
}
