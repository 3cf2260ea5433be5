/** The networks of a study with the scores that they have so far. */
import { mean } from '../../text.js';
import type { StudyGroup, StudyNetwork, StudyRecord, StudyScore } from '../record.js';
import type { NetworkScores, NetworkSet } from './bootstrap.js';

/** A network with its retrainings that are done, in the order of their seeds. */
export interface ScoredNetwork {
  readonly network: StudyNetwork;
  readonly scores: readonly StudyScore[];
  /** Mean IoU of each on the test split. */
  readonly meanIous: NetworkScores;
  /** The best validation of each that has one, whose weights were scored. */
  readonly validations: NetworkScores;
}

/** Which scores of a network are meant. */
export type ScoreKind = 'meanIous' | 'validations';

/** The names of the groups in tables and figures. */
export const GROUP_LABELS: Readonly<Record<StudyGroup, string>> = {
  found: 'found',
  random: 'random',
  published: 'published',
  'found-path-random-cell': 'found path, random cell',
  'fixed-path-found-cell': 'fixed path, found cell',
  'other-end-normalisation': 'found, other end normalisation',
};

/** Every network with its scores on the split that no decision has seen; also those that have none yet. */
export function scoredNetworks({ networks, scores, dataset }: StudyRecord): ScoredNetwork[] {
  return networks.map((network) => {
    const own = scores
      .filter((score) => score.network === network.id && score.split === dataset.testSplit)
      .sort((a, b) => a.seed - b.seed);
    return {
      network,
      scores: own,
      meanIous: own.map(({ meanIou }) => meanIou),
      validations: own.flatMap(({ validationMeanIou }) => validationMeanIou ?? []),
    };
  });
}

/** Those of a group that have a score, of one search where it is named. */
export function scoresOfGroup(
  all: readonly ScoredNetwork[],
  group: StudyGroup,
  search?: string,
  kind: ScoreKind = 'meanIous',
): NetworkScores[] {
  return all
    .filter(({ network }) => network.group === group)
    .filter(({ network }) => search === undefined || network.search === search)
    .map((scored) => scored[kind])
    .filter(({ length }) => length > 0);
}

/** The same in sets: the networks of one search together, one of no search alone. */
export function setsOfGroup(all: readonly ScoredNetwork[], group: StudyGroup): NetworkSet[] {
  const scored = all.filter(
    ({ network, meanIous }) => network.group === group && meanIous.length > 0,
  );
  const nameOf = ({ network }: ScoredNetwork) => network.search ?? network.id;
  return [...new Set(scored.map(nameOf))].map((name) =>
    scored.filter((one) => nameOf(one) === name).map(({ meanIous }) => meanIous),
  );
}

/** The mean; null of nothing. */
export function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}
