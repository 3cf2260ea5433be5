/** What a supernet makes of chosen α and β: its mean IoU on the validation images of its search. */
import type { ArchitectureProbabilities } from '../architecture/certain.js';
import type { Dataset } from '../dataset/dataset.js';
import type { NamedArrays } from '../files/arrays.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { scores } from '../metrics/scores.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import { batchMaker } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { LoopControl } from '../training/events.js';
import { readVariables } from '../training/first-weights.js';
import { readStoredRun } from '../training/stored-run.js';
import { evaluationBatches } from '../training/validation/evaluation-images.js';
import { scoreImages } from '../training/validation/score-images.js';
import { SEARCH } from './options.js';
import { loadArrays, readingOf, requireImages, supernetPredictor } from './supernet-predictor.js';

/** What {@link supernetScores} needs. */
export interface SupernetScoresOptions extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the search. */
  readonly folder: string;
  /** One score for each; see `certainProbabilities` and `searchProbabilities`. */
  readonly architectures: readonly ArchitectureProbabilities[];
  /** The weights of the last step (default), or of the best validation. */
  readonly checkpoint?: CheckpointChoice | undefined;
}

/** The weights with other α and β. */
function withArchitecture(
  weights: NamedArrays,
  { alpha, beta }: ArchitectureProbabilities,
): NamedArrays {
  return {
    ...weights,
    [ALPHA]: { ...weights[ALPHA], data: alpha },
    [BETA]: { ...weights[BETA], data: beta },
  };
}

/**
 * Scores the supernet of a search with chosen α and β on the validation images of the search, one at a
 * time as its validations are.
 *
 * With the probabilities of one architecture ({@link ArchitectureProbabilities} of `certainProbabilities`)
 * the rest of the supernet is multiplied by 0: "the operations and the path of this architecture only", with
 * the weights that all architectures share.
 *
 * Assumption: batch norms go by the statistics of the image, as in every validation of a supernet, so
 * that those of a part of it are its own and nothing is estimated again. A cell at a level where the path was
 * not two layers before reads zeros as H^{l-2} (eq. 6 has one tensor per level; the derived network reads
 * the cell before the last), and the heads of levels where the path does not end see zeros and add the same
 * scores everywhere. Both are part of what discretisation costs.
 *
 * @returns mean IoU for each, from 0 to 1
 * @throws {@link ConfigError} if the run is not a search, or a probability is missing
 * @throws {@link DataError} if a file of the run or an image cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function supernetScores(options: SupernetScoresOptions): Promise<number[]> {
  const { dataset, folder, architectures, checkpoint = 'last', onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  await ensureBackend();
  const { options: config } = await readStoredRun(folder, SEARCH);
  const weights = await abortable(readVariables(folder, checkpoint), signal);
  const images = await requireImages(dataset, folder, config, { signal, onProgress });
  const predictor = supernetPredictor(config, dataset.classes.length, weights, 'probabilities');
  const maker = batchMaker(config.workers);
  const total = architectures.length * images.samples.length;
  const results: number[] = [];
  try {
    for (const [i, architecture] of architectures.entries()) {
      loadArrays(predictor, withArchitecture(weights, architecture));
      const matrix = await scoreImages(
        evaluationBatches({ ...readingOf(images, dataset, config), maker }, signal),
        (batch) => predictor.labels(batch),
        {
          classes: dataset.classes.length,
          signal,
          onImage: (done) =>
            onProgress?.({
              kind: 'images',
              purpose: 'supernet',
              done: i * images.samples.length + done,
              total,
              secondsLeft: undefined,
            }),
        },
      );
      results.push(scores(matrix).meanIou);
    }
    return results;
  } finally {
    predictor.dispose();
    await maker.close();
  }
}
