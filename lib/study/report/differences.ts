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
import { scoresOfGroup, type ScoredNetwork, type ScoreKind } from './scored.js';

/** What found networks are compared with, and what the difference says. */
const COMPARED: readonly (readonly [StudyGroup, string])[] = [
  ['random', 'what the search found beyond chance'],
  ['published', 'against the architecture of the paper'],
  ['found-path-random-cell', 'against the same path with a random cell'],
  ['fixed-path-found-cell', "against the same cell on a path like DeepLabv3's"],
  ['other-end-normalisation', 'against the other end normalisation of the decode'],
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
  /** Search by search; empty where it is not paired. */
  readonly each: readonly { readonly search: string; readonly difference: number }[];
  /** By drawing searches, networks and seeds; null where there are fewer than three. */
  readonly interval: Interval | null;
  /**
   * The probability of a difference as large if in each search the found network were any of the
   * compared; null where it is not paired.
   */
  readonly probability: number | null;
  /**
   * The same of the best validations. The scored weights were chosen by them, in all groups alike; null where it is not
   * paired, or there are none.
   */
  readonly validation: { readonly difference: number; readonly probability: number } | null;
}

/** Both groups of one search. */
interface MatchedSearch extends Matched {
  readonly search: string;
}

/** The difference within each search. */
const eachDifference = (searches: readonly MatchedSearch[]) =>
  searches.map(({ search, first, second }) => ({
    search,
    difference: meanOfNetworks(first) - meanOfNetworks(second),
  }));

/** The mean difference, and its probability under chance. */
function testedMean(searches: readonly MatchedSearch[]) {
  const each = eachDifference(searches);
  const probability = randomisationTest(
    searches.map(({ first, second }) => ({
      found: meanOfNetworks(first),
      others: second.map(mean),
    })),
  );
  return {
    each,
    difference: each.length === 0 ? null : mean(each.map((one) => one.difference)),
    probability: probability ?? null,
  };
}

function paired(
  second: StudyGroup,
  searches: readonly MatchedSearch[],
  validations: readonly MatchedSearch[],
  random: Random,
) {
  const { difference, probability } = testedMean(validations);
  return {
    second,
    isPaired: true,
    searches: searches.length,
    ...testedMean(searches),
    interval: pairedInterval(searches, random) ?? null,
    validation: difference === null || probability === null ? null : { difference, probability },
  };
}

function unpaired(second: StudyGroup, both: Matched, random: Random) {
  const isKnown = both.first.length > 0 && both.second.length > 0;
  return {
    second,
    isPaired: false,
    searches: both.first.length,
    difference: isKnown ? meanOfNetworks(both.first) - meanOfNetworks(both.second) : null,
    each: [],
    interval: unpairedInterval(both, random) ?? null,
    probability: null,
    validation: null,
  };
}

/** Networks of both groups, search by search, of those that have a score in both. */
function matchedBySearch(
  { searches }: StudyRecord,
  all: readonly ScoredNetwork[],
  second: StudyGroup,
  kind: ScoreKind = 'meanIous',
): MatchedSearch[] {
  return searches
    .map(({ id }) => ({
      search: id,
      first: scoresOfGroup(all, 'found', id, kind),
      second: scoresOfGroup(all, second, id, kind),
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
          : paired(
              second,
              matchedBySearch(record, all, second),
              matchedBySearch(record, all, second, 'validations'),
              random,
            );
      return { first: 'found', meaning, ...found };
    },
  );
}
