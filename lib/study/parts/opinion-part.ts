/** What the supernet of a search makes of networks, as a part of a study. */
import { certainProbabilities, searchProbabilities } from '../../architecture/certain.js';
import { logitsDigest } from '../../architecture/digest.js';
import { supernetScores } from '../../search/supernet-scores.js';
import { completeShape } from '../../search-space/shape.js';
import { runFolder } from '../folder.js';
import { networksOf } from '../networks.js';
import type { OpinionOutcome, SearchOutcome } from '../part-result.js';
import type { OpinionPart } from '../plan.js';
import type { PartContext } from './context.js';

/**
 * Scores the supernet of a search on its validation images: as it is, and with the operations and the path of
 * each network that goes with it.
 *
 * @param outcome - what the search gave
 * @throws the signal's reason if it is aborted
 */
export async function runOpinionPart(
  { dataset, folder, settings, configs, signal, onProgress }: PartContext,
  part: OpinionPart,
  outcome: SearchOutcome,
): Promise<OpinionOutcome> {
  const { search } = outcome;
  const networks = networksOf(outcome, settings, configs);
  const { endNormalisation } = configs.search;
  const shape = completeShape(configs.search);
  const start = performance.now();
  const [meanIou, decodedMeanIou, ...scores] = await supernetScores({
    dataset,
    folder: runFolder(folder, part.search),
    architectures: [
      searchProbabilities(search, shape, endNormalisation),
      certainProbabilities(search.architecture, shape),
      ...networks.map((network) => certainProbabilities(network.architecture, shape)),
    ],
    signal,
    onProgress,
  });
  return {
    kind: 'opinion',
    alphaDigest: logitsDigest(search.alpha),
    meanIou,
    decodedMeanIou,
    networks: networks.map(({ id }, i) => ({ id, meanIou: scores[i] })),
    seconds: (performance.now() - start) / 1000,
  };
}
