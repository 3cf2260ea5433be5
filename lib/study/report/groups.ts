/** Scores of the networks of a study and of their groups. */
import { Random } from '../../random.js';
import { deviation, mean } from '../../text.js';
import type { StudyGroup, StudyRecord } from '../record.js';
import { meanInterval, meanOfNetworks, type Interval } from './bootstrap.js';
import { meanOrNull, scoresOfGroup, setsOfGroup, type ScoredNetwork } from './scored.js';

/** One network; scores from 0 to 1, null where there is none yet. */
export interface NetworkSummary {
  readonly id: string;
  readonly group: StudyGroup;
  readonly search: string | null;
  /** Mean IoU of each retraining on the test split, in the order of the seeds. */
  readonly scores: readonly { readonly seed: number; readonly meanIou: number }[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Mean over its seeds on the test split. */
  readonly meanIou: number | null;
  /** Sample standard deviation between its seeds. */
  readonly betweenSeeds: number | null;
  readonly logProbability: number | null;
  readonly supernetMeanIou: number | null;
  readonly note: string | null;
}

/** The networks of one kind; scores from 0 to 1, null where there is none yet. */
export interface GroupSummary {
  readonly group: StudyGroup;
  /** Those that have a score, and all that are known so far. */
  readonly networks: number;
  readonly networksKnown: number;
  readonly retrainings: number;
  /** Mean over the networks of their means over seeds. */
  readonly meanIou: number | null;
  /** Of the mean, by drawing searches, networks and seeds; null of fewer than three searches. */
  readonly interval: Interval | null;
  /**
   * The mean over the networks of their best validations, whose weights were scored: higher, since they were chosen by
   * it; null without any.
   */
  readonly validationMeanIou: number | null;
  /** Sample standard deviation over the searches of the means of their networks; null of fewer than two. */
  readonly betweenSearches: number | null;
  /**
   * Standard deviation between the networks of one search, which have one size, pooled over the searches:
   * sqrt(Σ_s Σ_n (x̄_sn − x̄_s)² / Σ_s (N_s − 1)); null without a search that has two.
   */
  readonly withinSearches: number | null;
  /**
   * Standard deviation between the seeds of one network, pooled over the networks:
   * sqrt(Σ_n Σ_s (x_ns − x̄_n)² / Σ_n (S_n − 1)); null without a network that has two seeds.
   */
  readonly betweenSeeds: number | null;
  /** Mean of the parameters of its networks. */
  readonly parameters: number | null;
  /** Class by class the mean over the networks; null where no network of it has a score. */
  readonly iou: readonly (number | null)[];
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The standard deviation within sets of values, pooled over the sets; null if none has two. */
export function pooledDeviation(sets: readonly (readonly number[])[]): number | null {
  const freedom = sets.reduce((sum, { length }) => sum + length - 1, 0);
  const squares = sets
    .filter(({ length }) => length > 1)
    .reduce((sum, values) => sum + (values.length - 1) * deviation(values) ** 2, 0);
  return freedom === 0 ? null : Math.sqrt(squares / freedom);
}

/** Class by class the mean over networks of the means over their seeds. */
function classMeans(networks: readonly ScoredNetwork[], classes: number): (number | null)[] {
  return Array.from({ length: classes }, (_, k) => {
    const ofNetworks = networks.map(({ scores }) =>
      meanOrNull(scores.flatMap(({ iou }) => iou[k] ?? [])),
    );
    return meanOrNull(ofNetworks.filter((value) => value !== null));
  });
}

/** Each network of a study. */
export function networkSummaries(all: readonly ScoredNetwork[]): NetworkSummary[] {
  return all.map(({ network, scores, meanIous }) => ({
    id: network.id,
    group: network.group,
    search: network.search ?? null,
    scores: scores.map(({ seed, meanIou }) => ({ seed, meanIou })),
    parameters: network.parameters,
    multiplyAdds: network.multiplyAdds,
    meanIou: meanOrNull(meanIous),
    betweenSeeds: orNull(deviation(meanIous)),
    logProbability: network.logProbability ?? null,
    supernetMeanIou: network.supernetMeanIou ?? null,
    note: network.note ?? null,
  }));
}

/** Each group of networks that a study compares. */
export function groupSummaries(
  { settings, dataset }: StudyRecord,
  all: readonly ScoredNetwork[],
): GroupSummary[] {
  return settings.groups.map((group) => {
    const known = all.filter(({ network }) => network.group === group);
    const scores = scoresOfGroup(all, group);
    const sets = setsOfGroup(all, group);
    const random = new Random(1).fork(`mean/${group}`);
    return {
      group,
      networks: scores.length,
      networksKnown: known.length,
      retrainings: scores.flat().length,
      meanIou: orNull(meanOfNetworks(scores)),
      interval: meanInterval(sets, random) ?? null,
      validationMeanIou: orNull(
        meanOfNetworks(scoresOfGroup(all, group, undefined, 'validations')),
      ),
      betweenSearches: orNull(deviation(sets.map(meanOfNetworks))),
      withinSearches: pooledDeviation(sets.map((set) => set.map(mean))),
      betweenSeeds: pooledDeviation(scores),
      parameters: meanOrNull(known.map(({ network }) => network.parameters)),
      iou: classMeans(
        known.filter(({ scores: own }) => own.length > 0),
        dataset.classes.length,
      ),
    };
  });
}
