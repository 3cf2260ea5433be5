/** Intervals by resampling: of means over networks, and of differences of such means. */
import type { Random } from '../../random.js';
import { mean } from '../../text.js';

/** An interval of a mean or a difference. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** The share of intervals made this way that should hold the true value, such as 0.95. */
  readonly level: number;
}

/** The scores of one network, one for each seed that it was trained with. */
export type NetworkScores = readonly number[];

/** Networks that are drawn together: those of one search; one that belongs to none is alone. */
export type NetworkSet = readonly NetworkScores[];

/** Networks that stand against each other, such as those found by a search and random ones of its size. */
export interface Matched {
  readonly first: NetworkSet;
  readonly second: NetworkSet;
}

/** How often samples are drawn unless a caller says. */
const RESAMPLES = 10_000;

/** The share of true values that an interval should hold. */
export const LEVEL = 0.95;

/** Of fewer searches or networks an interval would be little more than the values themselves. */
const FEWEST = 3;

/**
 * The quantile of sorted numbers, linear between them.
 *
 * Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7.
 */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** The mean of as many items as there are, drawn with replacement, each valued when it is drawn. */
function drawnMean<T>(items: readonly T[], random: Random, valueOf: (item: T) => number): number {
  const drawn = () => valueOf(items[random.integer(items.length)]);
  return items.reduce((sum) => sum + drawn(), 0) / items.length;
}

/** The mean of a network over seeds that are drawn anew. */
const drawnNetwork = (scores: NetworkScores, random: Random): number =>
  drawnMean(scores, random, (score) => score);

/** A mean of networks that are drawn anew, each over seeds that are drawn anew. */
const drawnNetworks = (networks: NetworkSet, random: Random): number =>
  drawnMean(networks, random, (scores) => drawnNetwork(scores, random));

/** The mean over the networks of sets that are drawn anew, with networks and seeds that are drawn anew. */
function drawnSets(sets: readonly NetworkSet[], random: Random): number {
  const drawn = sets.map(() => sets[random.integer(sets.length)]);
  const sum = drawn.reduce((total, set) => total + set.length * drawnNetworks(set, random), 0);
  return sum / drawn.reduce((total, { length }) => total + length, 0);
}

/** The mean over networks of their means over seeds. */
export function meanOfNetworks(networks: NetworkSet): number {
  return mean(networks.map(mean));
}

function percentileInterval(draw: () => number, resamples: number): Interval {
  const drawn = Array.from({ length: resamples }, draw).sort((a, b) => a - b);
  const tail = (1 - LEVEL) / 2;
  return { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail), level: LEVEL };
}

/**
 * The percentile interval of the mean over networks of their means over seeds: 10,000 times sets of networks are
 * drawn with replacement, in each of them networks, and for each of these seeds; the interval lies between
 * the quantiles 0.025 and 0.975 of the means.
 *
 * Networks of one search are a set, since they have its size in common: to draw them one by one would
 * count its size as often as it has networks.
 *
 * Of few sets such intervals are too narrow: of three, drawn from a normal distribution, 95 % intervals hold
 * the true mean about three times in four (`test/study/report/bootstrap.test.ts` measures it). BCa intervals
 * would not help: they take their acceleration from as many values as there are sets.
 *
 * Deviation: Davison and Hinkley would rather draw the sets only and keep what is in them. Of three sets that leaves
 * ten different means; to draw at every level is wider.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), §13.3; Davison and Hinkley,
 * "Bootstrap Methods and their Application" (1997), §3.8, for scores in groups.
 *
 * @returns undefined of fewer than three sets
 */
export function meanInterval(
  sets: readonly NetworkSet[],
  random: Random,
  resamples = RESAMPLES,
): Interval | undefined {
  return sets.length < FEWEST
    ? undefined
    : percentileInterval(() => drawnSets(sets, random), resamples);
}

/**
 * The percentile interval of the mean over searches of first − second: searches are drawn with replacement,
 * in each of them networks on both sides, and for each network seeds.
 *
 * Of three searches with three others each, 95 % intervals hold the truth three times in four if found networks are
 * all that varies, and nine times in ten if all vary alike (the same test measures it).
 *
 * @returns undefined of fewer than three searches
 */
export function pairedInterval(
  searches: readonly Matched[],
  random: Random,
  resamples = RESAMPLES,
): Interval | undefined {
  return searches.length < FEWEST
    ? undefined
    : percentileInterval(
        () =>
          drawnMean(
            searches,
            random,
            ({ first, second }) => drawnNetworks(first, random) - drawnNetworks(second, random),
          ),
        resamples,
      );
}

/** Whether there is anything to draw from: several networks, or a network under several seeds. */
const varies = (networks: NetworkSet): boolean =>
  networks.length > 1 || networks.some((scores) => scores.length > 1);

/**
 * The percentile interval of the mean of the first − that of the second, which are drawn apart.
 *
 * @returns undefined if one side is a single retraining, or none has three networks
 */
export function unpairedInterval({ first, second }: Matched, random: Random): Interval | undefined {
  return varies(first) && varies(second) && Math.max(first.length, second.length) >= FEWEST
    ? percentileInterval(
        () => drawnNetworks(first, random) - drawnNetworks(second, random),
        RESAMPLES,
      )
    : undefined;
}
