/** Trained networks, read from the folder of their run or from one of their own. */
import * as tf from '@tensorflow/tfjs-core';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { readImageFile } from '../dataset/reading/image-file.js';
import { ConfigError } from '../errors.js';
import { arraysToTensors } from '../files/tensor-arrays.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { checkVariables, declareNetwork } from '../nn/declare.js';
import { derivedNetwork } from '../retrain/network.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { resolvePrecision, type PrecisionChoice } from '../runtime/precision.js';
import { ensureBackend } from '../training/ensure-backend.js';
import { readTrainedWeights } from '../training/first-weights.js';
import { Predictor } from '../training/predictor.js';
import { networkFacts } from './network-facts.js';
import { predictImage, type PredictImageOptions } from './predict-image.js';
import { mostPixels } from './tile-memory.js';
import type { TrainedNetwork } from './trained-network.js';

/** What {@link loadNetwork} gives. */
export interface LoadedNetwork extends TrainedNetwork {
  /**
   * The class of each pixel of an image of any size.
   *
   * The image is read at the resolution of the training, padded on the right and below to the next
   * 32·k + 1; the label map is cropped and brought back to the size of the image. An image that does not
   * fit into memory is predicted tile by tile. With scales, mirroring or windows the class is that of
   * the largest mean probability.
   *
   * @param image - an image, or the file of one
   * @returns the index of a class for each pixel, `data[y * width + x]`
   * @throws {@link ConfigError} if the tiles are too small, or scales or windows cannot be
   * @throws {@link DataError} if the file cannot be read, or not even the smallest tiles fit into memory
   * @throws the signal's reason if it is aborted between two tiles
   */
  predict(image: RgbImage | string, options?: PredictImageOptions): Promise<LabelMap>;
  /** Frees the network. */
  dispose(): void;
}

/** Checks what can be checked without a file. */
function checkChoices({ checkpoint = 'best', imagePooling }: LoadNetworkOptions): void {
  if (!['best', 'last'].includes(checkpoint)) {
    throw new ConfigError(`checkpoint: expected best or last, got ${checkpoint}`);
  }
  if (imagePooling !== undefined && !['image', 'crop'].includes(imagePooling)) {
    throw new ConfigError(`imagePooling: expected image or crop, got ${String(imagePooling)}`);
  }
}

/** How {@link loadNetwork} works. */
export interface LoadNetworkOptions {
  /**
   * *best* (default) - the checkpoint of the best validation, or the last if there is none. An exported
   * network has one only.
   */
  readonly checkpoint?: CheckpointChoice | undefined;
  /** What image pooling averages over; by default what the training says. */
  readonly imagePooling?: ImagePooling | undefined;
  /** What convolutions compute with, whatever the training did; *float32* by default. */
  readonly precision?: PrecisionChoice | undefined;
  /** Stops the reading. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads a trained network.
 *
 * @param folder - of a retraining, or one that `export --format model` wrote
 * @returns the network, which the caller disposes
 * @throws {@link ConfigError} if an option is wrong, the run is not a retraining, or an exported network is of another checkpoint
 * @throws {@link DataError} if a file cannot be read, is damaged, or is not the one that was exported
 * @throws {@link BackendError} for bfloat16 on another backend than the native one
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const network = await loadNetwork('runs/retrain');
 * const { height, width, data } = await network.predict(sample.imageFile);
 * data.length === height * width; // true
 * network.classes[data[0]].name; // the class of the pixel in the upper left corner
 * network.dispose();
 */
export async function loadNetwork(
  folder: string,
  options: LoadNetworkOptions = {},
): Promise<LoadedNetwork> {
  const { checkpoint = 'best', imagePooling, signal = interruptSignal() } = options;
  checkChoices(options);
  const facts = await networkFacts(folder);
  const { architecture, classes } = facts;
  const config = { ...facts.options, imagePooling: imagePooling ?? facts.options.imagePooling };
  const network = derivedNetwork(architecture, config, classes.length);
  const { variables, weights } = await abortable(readTrainedWeights(folder, checkpoint), signal);
  await ensureBackend();
  const precision = resolvePrecision(options.precision ?? 'float32');
  const tensors = arraysToTensors(variables);
  try {
    checkVariables(declareNetwork(network, [1, 33, 33, 3]).variables, tensors);
    const predictor = new Predictor(network, tensors, { rewrite: true, precision });
    const trained: TrainedNetwork = {
      folder,
      checkpoint,
      weights,
      ...facts,
      options: config,
      precision,
      predictor,
    };
    return {
      ...trained,
      async predict(image, how = {}) {
        if (typeof image !== 'string') {
          return predictImage(trained, image, how);
        }
        const most = mostPixels(how.memoryLimit);
        const read = readImageFile(image, most, 'raise memoryLimit');
        return predictImage(trained, await abortable(read, how.signal), how);
      },
      dispose() {
        predictor.dispose();
      },
    };
  } finally {
    tf.dispose(tensors);
  }
}
