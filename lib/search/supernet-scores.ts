/** What a supernet makes of chosen α and β: its mean IoU on the validation images of its search. */
import * as tf from '@tensorflow/tfjs-core';
import type { ArchitectureProbabilities } from '../architecture/certain.js';
import type { Dataset } from '../dataset/dataset.js';
import { DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { scores } from '../metrics/scores.js';
import { checkVariables, declareNetwork } from '../nn/declare.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { resolveSearchSpace } from '../search-space/options.js';
import { ALPHA, BETA, supernet } from '../search-space/supernet/supernet.js';
import { toSize } from '../size.js';
import { batchMaker } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { LoopControl } from '../training/events.js';
import { readVariables } from '../training/first-weights.js';
import { machineOptions, onFirstDevice } from '../training/options/housekeeping.js';
import { Predictor } from '../training/predictor.js';
import { readStoredRun } from '../training/stored-run.js';
import { evaluationBatches } from '../training/validation/evaluation-images.js';
import { scoreImages } from '../training/validation/score-images.js';
import { findValidationImages, type ValidationImages } from '../training/validation/validation.js';
import { SEARCH, type SearchConfig } from './options.js';

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

/** The supernet of a search with variables that hold probabilities; the caller disposes it. */
function predictorOf(config: SearchConfig, classes: number, weights: NamedArrays): Predictor {
  const space = resolveSearchSpace({ ...config, classes });
  const network = supernet(space, 'fused', 'probabilities');
  const { height, width } = toSize(config.crop);
  const tensors = arraysToTensors(weights);
  try {
    checkVariables(declareNetwork(network, [1, height, width, 3]).variables, tensors);
    return new Predictor(network, tensors, {
      work: 'branches',
      ...onFirstDevice(machineOptions(config)),
    });
  } finally {
    tf.dispose(tensors);
  }
}

async function imagesOf(
  dataset: Dataset,
  folder: string,
  config: SearchConfig,
  control: LoopControl,
) {
  const images = await findValidationImages(dataset, config, control);
  if (images === undefined) {
    throw new DataError(
      `${folder}: expected a search with validation images (option validationSplit), got one without`,
      folder,
    );
  }
  return images;
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
  const images = await imagesOf(dataset, folder, config, { signal, onProgress });
  const predictor = predictorOf(config, dataset.classes.length, weights);
  const maker = batchMaker(config.workers);
  const total = architectures.length * images.samples.length;
  const results: number[] = [];
  try {
    for (const [i, architecture] of architectures.entries()) {
      const tensors = arraysToTensors(withArchitecture(weights, architecture));
      predictor.load(tensors);
      tf.dispose(tensors);
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

function readingOf(
  { samples, buckets }: ValidationImages,
  { labelTable }: Dataset,
  { validationView: view, resolution }: SearchConfig,
) {
  // Batch norms go by the batch: alone, an image is scored by itself.
  return { samples, labelTable, buckets, view, resolution, batchSize: 1 } as const;
}
