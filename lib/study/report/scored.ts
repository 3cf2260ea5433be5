/** The networks of a study with the scores that they have so far. */
import { mean } from '../../text.js';
import type { StudyGroup, StudyNetwork, StudyRecord, StudyScore } from '../record.js';
import type { NetworkScores } from './bootstrap.js';

/** A network with its retrainings that are done, in the order of their seeds. */
export interface ScoredNetwork {
  readonly network: StudyNetwork;
  readonly scores: readonly StudyScore[];
  /** Mean IoU of each on the test split. */
  readonly meanIous: NetworkScores;
}

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
    return { network, scores: own, meanIous: own.map(({ meanIou }) => meanIou) };
  });
}

/** Those of a group that have a score, of one search where it is named. */
export function scoresOfGroup(
  all: readonly ScoredNetwork[],
  group: StudyGroup,
  search?: string,
): NetworkScores[] {
  return all
    .filter(({ network }) => network.group === group)
    .filter(({ network }) => search === undefined || network.search === search)
    .map(({ meanIous }) => meanIous)
    .filter(({ length }) => length > 0);
}

/** The mean; null of nothing. */
export function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}
