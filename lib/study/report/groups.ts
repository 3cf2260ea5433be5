/** Scores of the networks of a study and of their groups. */
import { Random } from '../../random.js';
import { deviation, mean } from '../../text.js';
import type { StudyGroup, StudyRecord } from '../record.js';
import { meanInterval, meanOfNetworks, type Interval, type NetworkScores } from './bootstrap.js';
import { meanOrNull, scoresOfGroup, type ScoredNetwork } from './scored.js';

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
  /** Of the mean, by drawing networks and seeds; null of fewer than two networks. */
  readonly interval: Interval | null;
  /** Sample standard deviation over the networks of their means over seeds; null of fewer than two. */
  readonly betweenNetworks: number | null;
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

/** The standard deviation between the seeds of one network, pooled over several. */
export function deviationBetweenSeeds(networks: readonly NetworkScores[]): number | null {
  const freedom = networks.reduce((sum, { length }) => sum + length - 1, 0);
  const squares = networks
    .filter(({ length }) => length > 1)
    .reduce((sum, scores) => sum + (scores.length - 1) * deviation(scores) ** 2, 0);
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
    const random = new Random(1).fork(`mean/${group}`);
    return {
      group,
      networks: scores.length,
      networksKnown: known.length,
      retrainings: scores.flat().length,
      meanIou: orNull(meanOfNetworks(scores)),
      interval: meanInterval(scores, random) ?? null,
      betweenNetworks: orNull(deviation(scores.map(mean))),
      betweenSeeds: deviationBetweenSeeds(scores),
      parameters: meanOrNull(known.map(({ network }) => network.parameters)),
      iou: classMeans(
        known.filter(({ scores: own }) => own.length > 0),
        dataset.classes.length,
      ),
    };
  });
}
