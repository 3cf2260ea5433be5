/** The supernet of a search that predicts its validation images. */
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../dataset/dataset.js';
import { DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { checkVariables, declareNetwork } from '../nn/declare.js';
import { resolveSearchSpace } from '../search-space/options.js';
import { supernet, type ArchitectureValues } from '../search-space/supernet/supernet.js';
import { toSize } from '../size.js';
import type { LoopControl } from '../training/events.js';
import { machineOptions, onFirstDevice } from '../training/options/housekeeping.js';
import { Predictor } from '../training/predictor.js';
import { findValidationImages, type ValidationImages } from '../training/validation/validation.js';
import type { SearchConfig } from './options.js';

/**
 * The supernet of a search with these variables; the caller disposes it.
 *
 * @param values - what the variables hold as α and β
 * @throws {@link ConfigError} if they are not those of the supernet
 */
export function supernetPredictor(
  config: SearchConfig,
  classes: number,
  weights: NamedArrays,
  values: ArchitectureValues = 'logits',
): Predictor {
  const space = resolveSearchSpace({ ...config, classes });
  const network = supernet(space, 'fused', values);
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

/** Gives a predictor other weights. */
export function loadArrays(predictor: Predictor, weights: NamedArrays): void {
  const tensors = arraysToTensors(weights);
  try {
    predictor.load(tensors);
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * The images that a search validates on.
 *
 * @throws {@link DataError} if it has none
 */
export async function requireImages(
  dataset: Dataset,
  folder: string,
  config: SearchConfig,
  control: LoopControl,
): Promise<ValidationImages> {
  const images = await findValidationImages(dataset, config, control);
  if (images === undefined) {
    throw new DataError(
      `${folder}: expected a search with validation images (option validationSplit), got one without`,
      folder,
    );
  }
  return images;
}

/** How the validations of a search read its images. */
export function readingOf(
  { samples, buckets }: Pick<ValidationImages, 'samples' | 'buckets'>,
  { labelTable }: Dataset,
  { validationView: view, resolution }: SearchConfig,
) {
  // Batch norms go by the batch: alone, an image is scored by itself.
  return { samples, labelTable, buckets, view, resolution, batchSize: 1 } as const;
}
