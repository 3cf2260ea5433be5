/** A trained network, read from the folder of its run. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../architecture/architecture.js';
import { readArchitecture } from '../architecture/file.js';
import type { LabelPng } from '../dataset/submission.js';
import { labelPngOf } from '../dataset/open-dataset.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { abortable } from '../interrupt.js';
import { checkVariables, declareNetwork } from '../nn/declare.js';
import { derivedNetwork } from '../retrain/network.js';
import { RETRAIN, type RetrainConfig } from '../retrain/options.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { checkDocument } from '../run/manifest.js';
import { readVariables } from '../training/first-weights.js';
import { readStoredRun, type StoredClass } from '../training/stored-run.js';
import { Predictor } from '../training/predictor.js';

/** A trained network that is ready to predict. */
export interface TrainedNetwork {
  readonly folder: string;
  readonly checkpoint: CheckpointChoice;
  readonly architecture: Architecture;
  /** The classes that it tells apart, in the order of its output. */
  readonly classes: readonly StoredClass[];
  /** The dataset that it was trained on, by name. */
  readonly datasetName: string;
  /** How the label maps of that dataset are stored. */
  readonly labelPng: LabelPng;
  /** How it was trained, such as the resolution that images were read at. */
  readonly options: RetrainConfig;
  /** Predicts; dispose it when done. */
  readonly predictor: Predictor;
}

/**
 * Reads a trained network.
 *
 * @param folder - of a retraining
 * @param checkpoint - `best` (default): that of the best validation, or the last if there is none
 * @param imagePooling - what image pooling averages over; by default what the run says
 * @param signal - stops the reading
 * @returns the network with its predictor, which the caller disposes
 * @throws {@link ConfigError} if the run is not a retraining
 * @throws {@link DataError} if a file of the run cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function loadTrainedNetwork(
  folder: string,
  checkpoint: CheckpointChoice = 'best',
  imagePooling?: ImagePooling,
  signal?: AbortSignal,
): Promise<TrainedNetwork> {
  const { dataset, options: stored } = await readStoredRun(folder, RETRAIN);
  const options = { ...stored, imagePooling: imagePooling ?? stored.imagePooling };
  const architectureFile = join(folder, 'architecture.json');
  await checkDocument(architectureFile);
  const architecture = await readArchitecture(architectureFile);
  const { classes, name: datasetName } = dataset;
  const network = derivedNetwork(architecture, options, classes.length);
  const tensors = arraysToTensors(await abortable(readVariables(folder, checkpoint), signal));
  try {
    checkVariables(declareNetwork(network, [1, 33, 33, 3]).variables, tensors);
    const predictor = new Predictor(network, tensors);
    const labelPng = labelPngOf(dataset.kind);
    return { folder, checkpoint, architecture, classes, datasetName, labelPng, options, predictor };
  } finally {
    tf.dispose(tensors);
  }
}
