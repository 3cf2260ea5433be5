/** How found networks differ from those that they are compared with. */
import { Random } from '../../random.js';
import { mean } from '../../text.js';
import type { StudyGroup, StudyRecord } from '../record.js';
import {
  meanOfNetworks,
  pairedInterval,
  unpairedInterval,
  type Interval,
  type Matched,
} from './bootstrap.js';
import { randomisationTest } from './randomisation.js';
import { scoresOfGroup, type ScoredNetwork } from './scored.js';

/** What found networks are compared with, and what the difference says. */
const COMPARED: readonly (readonly [StudyGroup, string])[] = [
  ['random', 'what the search found beyond chance'],
  ['published', 'against the architecture of the paper'],
  ['found-path-random-cell', 'what the cell contributed'],
  ['fixed-path-found-cell', 'what the path contributed'],
  ['other-end-normalisation', 'what the end normalisation of the decode contributed'],
];

/** Found networks against those of another group, in mean IoU from 0 to 1. */
export interface Difference {
  readonly first: 'found';
  readonly second: StudyGroup;
  /** What it says, in words. */
  readonly meaning: string;
  /** Whether networks are compared within each search; else all with all. */
  readonly isPaired: boolean;
  /** How many searches have scores on both sides; all found networks where it is not paired. */
  readonly searches: number;
  /** first − second: the mean over the searches of the difference of means; null without any. */
  readonly difference: number | null;
  /** By drawing searches, networks and seeds; null where there are too few. */
  readonly interval: Interval | null;
  /**
   * The probability of a difference as large if in each search the found network were any of the
   * compared; null where it is not paired.
   */
  readonly probability: number | null;
}

function paired(second: StudyGroup, searches: readonly Matched[], random: Random) {
  const differences = searches.map((one) => meanOfNetworks(one.first) - meanOfNetworks(one.second));
  const draws = searches.map((one) => ({
    found: meanOfNetworks(one.first),
    others: one.second.map(mean),
  }));
  return {
    second,
    isPaired: true,
    searches: searches.length,
    difference: searches.length === 0 ? null : mean(differences),
    interval: pairedInterval(searches, random) ?? null,
    probability: randomisationTest(draws) ?? null,
  };
}

function unpaired(second: StudyGroup, both: Matched, random: Random) {
  const isKnown = both.first.length > 0 && both.second.length > 0;
  return {
    second,
    isPaired: false,
    searches: both.first.length,
    difference: isKnown ? meanOfNetworks(both.first) - meanOfNetworks(both.second) : null,
    interval: unpairedInterval(both, random) ?? null,
    probability: null,
  };
}

/** Networks of both groups, search by search, of those that have a score in both. */
function matchedBySearch(
  { searches }: StudyRecord,
  all: readonly ScoredNetwork[],
  second: StudyGroup,
): Matched[] {
  return searches
    .map(({ id }) => ({
      first: scoresOfGroup(all, 'found', id),
      second: scoresOfGroup(all, second, id),
    }))
    .filter((both) => both.first.length > 0 && both.second.length > 0);
}

/**
 * The differences between found networks and each other group of a study.
 *
 * Assumption: retrainings of different networks with the same seed are independent. They read the same images
 * in the same order, but from weights of other shapes.
 */
export function differencesOf(record: StudyRecord, all: readonly ScoredNetwork[]): Difference[] {
  const { groups } = record.settings;
  return COMPARED.filter(([group]) => groups.includes('found') && groups.includes(group)).map(
    ([second, meaning]) => {
      const random = new Random(1).fork(`difference/${second}`);
      const found =
        second === 'published'
          ? unpaired(
              second,
              { first: scoresOfGroup(all, 'found'), second: scoresOfGroup(all, second) },
              random,
            )
          : paired(second, matchedBySearch(record, all, second), random);
      return { first: 'found', meaning, ...found };
    },
  );
}
