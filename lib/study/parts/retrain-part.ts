/** A network retrained and scored, as a part of a study. */
import type { Architecture } from '../../architecture/architecture.js';
import { evaluate } from '../../evaluate/evaluate.js';
import { retrain } from '../../retrain/retrain.js';
import type { RetrainOutcome } from '../part-result.js';
import type { RetrainPart } from '../plan.js';
import { readDoneRun, runOf, type PartContext } from './context.js';

/**
 * Retrains a network, or continues its run, and scores it on the test split, with the weights of its best
 * validation.
 *
 * @returns undefined if it was interrupted
 * @throws the signal's reason if it is aborted while it is scored
 */
export async function runRetrainPart(
  context: PartContext,
  { id, network, seed }: RetrainPart,
  architecture: Architecture,
): Promise<RetrainOutcome | undefined> {
  const { dataset, settings, signal, onProgress } = context;
  const request = runOf(context, id);
  const { interrupted } = await retrain({
    ...request,
    architecture,
    preset: settings.presets.retrain,
    config: { ...context.configs.retrain, seed },
  });
  if (interrupted) {
    return undefined;
  }
  const split = settings.dataset.testSplit;
  const { meanIou, classes } = await evaluate({
    dataset,
    folder: request.folder,
    split,
    withBaselines: false,
    withBoundaryIou: false,
    signal,
    onProgress,
  });
  const { steps, seconds, peakMemory, bestMeanIou } = await readDoneRun(request.folder);
  return {
    kind: 'retrain',
    score: {
      id,
      network: network.id,
      seed,
      split,
      meanIou,
      iou: classes.map(({ iou }) => iou),
      validationMeanIou: bestMeanIou,
      steps,
      seconds,
      peakMemory,
    },
    architecture: { path: architecture.path, genotype: architecture.genotype },
  };
}
