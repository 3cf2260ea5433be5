/** A trained network, read from the folder of its run. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Color } from '../dataset/dataset.js';
import type { Resolution } from '../dataset/reading/geometry.js';
import { describeIssue } from '../check-options.js';
import type { Architecture } from '../architecture/architecture.js';
import { readArchitecture } from '../architecture/file.js';
import { ConfigError, DataError } from '../errors.js';
import { checkVariables, declareNetwork } from '../nn/declare.js';
import { RunDirectory } from '../run/directory.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { segmentationNetwork } from '../segmentation/network.js';
import { join } from 'node:path';
import { resolutionSchema } from '../training/data-config.js';
import { readVariables, type CheckpointChoice } from '../training/first-weights.js';
import { Predictor } from './predictor.js';

/** A class as the run that trained the network noted it. */
export interface TrainedClass {
  readonly name: string;
  readonly color: Color;
}

/** A trained network that is ready to predict. */
export interface TrainedNetwork {
  readonly folder: string;
  readonly checkpoint: CheckpointChoice;
  readonly architecture: Architecture;
  readonly filterMultiplier: number;
  readonly classes: readonly TrainedClass[];
  /** The dataset that it was trained on, by name. */
  readonly datasetName: string;
  /** How large images were read. */
  readonly resolution: Resolution;
  /** The split that it was trained on. */
  readonly split: string;
  /** Predicts; dispose it when done. */
  readonly predictor: Predictor;
}

const channel = z.int().min(0).max(255);
const schema = z.object({
  dataset: z.object({
    name: z.string(),
    classes: z
      .array(z.object({ name: z.string(), color: z.tuple([channel, channel, channel]) }))
      .min(1),
  }),
  filterMultiplier: z.int().min(1),
  resolution: resolutionSchema,
  split: z.string(),
});

/**
 * Reads a trained network.
 *
 * @param folder - of a retraining
 * @param checkpoint - `best` (default): that of the best validation, or the last if there is none
 * @returns the network with its predictor, which the caller disposes
 * @throws {@link ConfigError} if the run is not a retraining
 * @throws {@link DataError} if a file of the run cannot be read
 */
export async function loadTrainedNetwork(
  folder: string,
  checkpoint: CheckpointChoice = 'best',
): Promise<TrainedNetwork> {
  const run = await RunDirectory.open(folder);
  if (run.kind !== 'retrain') {
    throw new ConfigError(
      `${folder}: expected the folder of a retraining, got that of a ${run.kind}; retrain the ` +
        'architecture first',
    );
  }
  const parsed = schema.safeParse(run.config);
  if (!parsed.success) {
    throw new DataError(
      `${folder}: expected the configuration of a retraining, got ${describeIssue(parsed.error)}`,
      folder,
    );
  }
  const { dataset, filterMultiplier, resolution, split } = parsed.data;
  const architecture = await readArchitecture(join(folder, 'architecture.json'));
  const { classes } = dataset;
  const network = segmentationNetwork({ architecture, filterMultiplier, classes: classes.length });
  const tensors = arraysToTensors(await readVariables(folder, checkpoint));
  try {
    checkVariables(declareNetwork(network, [1, 33, 33, 3]).variables, tensors);
    const predictor = new Predictor(network, tensors);
    const facts = { folder, checkpoint, architecture, filterMultiplier, resolution, split };
    return { ...facts, classes, datasetName: dataset.name, predictor };
  } finally {
    tf.dispose(tensors);
  }
}
