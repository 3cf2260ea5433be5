/** How probable a difference is if a search does no more than a random draw. */
import { mean } from '../../text.js';
import { Random } from '../../random.js';

/** Assignments are counted one by one up to so many, and drawn beyond. */
const MOST_COUNTED = 100_000;

/** How often assignments are drawn where they are too many. */
const DRAWN = 99_999;

/** Differences that are this close are the same one, added in another order. */
const SAME = 1e-12;

/** The networks of a search, each by its mean score; one of them was found. */
export interface Draw {
  readonly found: number;
  readonly others: readonly number[];
}

/** Found − mean of the others, if the network at a place were the found one. */
function differencesOf({ found, others }: Draw): number[] {
  const all = [found, ...others];
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map((score) => score - (sum - score) / others.length);
}

/** All sums of one number of each list. */
function allSums(lists: readonly (readonly number[])[]): number[] {
  return lists.reduce<number[]>(
    (sums, list) => sums.flatMap((sum) => list.map((value) => sum + value)),
    [0],
  );
}

function drawnSums(lists: readonly (readonly number[])[]): number[] {
  const random = new Random(1).fork('randomisation');
  return Array.from({ length: DRAWN }, () =>
    lists.reduce((sum, list) => sum + list[random.integer(list.length)], 0),
  );
}

/**
 * The probability of a mean difference found − others at least as far from 0, if in each search the found
 * network were any of its networks with the same probability: an exact test, which assumes nothing of the
 * distribution of scores. With n searches of r others each it can be no smaller than (r + 1)^−n.
 *
 * Source: Fisher, "The Design of Experiments" (1935), §21; Davison and Hinkley, "Bootstrap Methods and
 * their Application" (1997), §4.3.
 *
 * @returns two-sided, from 0 to 1; undefined if no search has found and others
 */
export function randomisationTest(draws: readonly Draw[]): number | undefined {
  const matched = draws.filter(({ others }) => others.length > 0);
  if (matched.length === 0) {
    return undefined;
  }
  const lists = matched.map(differencesOf);
  const observed = Math.abs(lists.reduce((sum, [own]) => sum + own, 0));
  const count = lists.reduce((product, { length }) => product * length, 1);
  const isFar = (sum: number) => Math.abs(sum) >= observed - SAME;
  if (count <= MOST_COUNTED) {
    return mean(allSums(lists).map((sum) => Number(isFar(sum))));
  }
  const far = drawnSums(lists).filter(isFar).length;
  return (far + 1) / (DRAWN + 1);
}
