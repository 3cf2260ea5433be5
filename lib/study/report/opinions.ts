/** Whether what a supernet thinks of networks agrees with how well they do once they are retrained. */
import { Random } from '../../random.js';
import { mean } from '../../text.js';
import type { StudyGroup, StudyNetwork, StudyRecord } from '../record.js';
import { kendall, spearman, type Pair } from './rank-correlation.js';
import { meanOrNull, type ScoredNetwork } from './scored.js';

/** What a supernet says of a network, by name. */
export const OPINIONS = {
  logProbability: 'log probability under α and β',
  supernetMeanIou: 'mean IoU of the supernet with its operations and path only',
} as const satisfies Partial<Record<keyof StudyNetwork, string>>;

/** A measure of {@link OPINIONS}. */
export type Opinion = keyof typeof OPINIONS;

/**
 * The networks that opinions are held against: those of one search have one size, and only one of them follows from
 * its α and β. Others share a cell or a path with it, which makes them probable, and are of other sizes.
 */
export const COMPARED: readonly StudyGroup[] = ['found', 'random'];

/** A network with an opinion and a score. */
export interface OpinionPoint {
  readonly network: string;
  readonly search: string;
  readonly opinion: number;
  /** Mean IoU after retraining on the test split, the mean over its seeds. */
  readonly meanIou: number;
}

/** Rank correlations of one search; null where they are undefined. */
export interface SearchCorrelation {
  readonly search: string;
  readonly networks: number;
  readonly spearman: number | null;
  readonly kendall: number | null;
}

/** How far an opinion agrees with the scores. */
export interface OpinionSummary {
  readonly opinion: Opinion;
  /** Search by search, since the α, β and weights of two searches are not comparable. */
  readonly searches: readonly SearchCorrelation[];
  /** Means over the searches; null if none has any. */
  readonly spearman: number | null;
  readonly kendall: number | null;
  /**
   * The probability of a mean τ_b at least as far from 0 if the scores of each search were shuffled; null
   * without a τ_b.
   */
  readonly probability: number | null;
}

/** How often scores are shuffled. */
const SHUFFLES = 9_999;

/** Mean rank correlations that are this close are the same one. */
const SAME = 1e-9;

/** The found and random networks of a study that have both an opinion and a score. */
export function opinionPoints(all: readonly ScoredNetwork[], opinion: Opinion): OpinionPoint[] {
  return all.flatMap(({ network, meanIous }) => {
    const value = network[opinion];
    const { id, search, group } = network;
    return !COMPARED.includes(group) ||
      value === undefined ||
      search === undefined ||
      meanIous.length === 0
      ? []
      : [{ network: id, search, opinion: value, meanIou: mean(meanIous) }];
  });
}

/** Values with scores that are dealt out anew. */
function shuffled(pairs: readonly Pair[], random: Random): Pair[] {
  const scores = random.shuffle(pairs.map(([, score]) => score));
  return pairs.map(([value], i) => [value, scores[i]]);
}

/**
 * The probability of a mean τ_b at least as far from 0 if in each search the scores stood in any order, by
 * 9,999 shuffles.
 *
 * Source: Davison and Hinkley, "Bootstrap Methods and their Application" (1997), §4.3.
 *
 * @returns two-sided; undefined if no search has a τ_b
 */
export function shuffleTest(searches: readonly (readonly Pair[])[]): number | undefined {
  const ranked = searches.filter((pairs) => kendall(pairs) !== undefined);
  if (ranked.length === 0) {
    return undefined;
  }
  const meanTau = (all: readonly (readonly Pair[])[]) =>
    Math.abs(mean(all.map((pairs) => kendall(pairs) ?? 0)));
  const observed = meanTau(ranked) - SAME;
  const random = new Random(1).fork('shuffle');
  const far = Array.from({ length: SHUFFLES }, () =>
    meanTau(ranked.map((pairs) => shuffled(pairs, random))),
  ).filter((tau) => tau >= observed).length;
  return (far + 1) / (SHUFFLES + 1);
}

/** The rank correlations of each measure of {@link OPINIONS} with the scores of found and random networks. */
export function opinionSummaries(
  { searches }: StudyRecord,
  all: readonly ScoredNetwork[],
): OpinionSummary[] {
  return (Object.keys(OPINIONS) as Opinion[]).map((opinion) => {
    const points = opinionPoints(all, opinion);
    const ofSearches = searches.map(({ id }) => ({
      id,
      pairs: points
        .filter(({ search }) => search === id)
        .map((point): Pair => [point.opinion, point.meanIou]),
    }));
    const correlations = ofSearches.map(({ id, pairs }) => ({
      search: id,
      networks: pairs.length,
      spearman: spearman(pairs) ?? null,
      kendall: kendall(pairs) ?? null,
    }));
    const meanOf = (name: 'spearman' | 'kendall') =>
      meanOrNull(correlations.flatMap((one) => one[name] ?? []));
    return {
      opinion,
      searches: correlations,
      spearman: meanOf('spearman'),
      kendall: meanOf('kendall'),
      probability: shuffleTest(ofSearches.map(({ pairs }) => pairs)) ?? null,
    };
  });
}
