/** Prediction of one image by a network that is loaded. */
import { readingSize, resizeImage, resizeLabels } from '../dataset/reading/geometry.js';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { cropPadding, drawImage, paddedView } from '../dataset/reading/view.js';
import { ConfigError } from '../errors.js';
import { paddedSize, type Size } from '../size.js';
import { averageProbabilities, mostProbable } from './average-probabilities.js';
import { resolveAveraging, type Averaging, type AveragingOptions } from './averaging-options.js';
import { predictTiles } from './predict-tiles.js';
import { checkAveragingMemory } from './tile-memory.js';
import { checkTiling, tilingFor, type TilingOptions } from './tiling-options.js';
import type { Tiling } from './tiles.js';
import type { TrainedNetwork } from './trained-network.js';

/** How an image is predicted. */
export interface PredictImageOptions extends TilingOptions, AveragingOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The class of each pixel of an image, as `LoadedNetwork.predict` describes it.
 *
 * @throws {@link ConfigError} if the tiles are too small, or scales or windows cannot be
 * @throws {@link DataError} if not even the smallest tiles fit into memory
 * @throws the signal's reason if it is aborted between two tiles
 */
export async function predictImage(
  network: TrainedNetwork,
  image: RgbImage,
  options: PredictImageOptions = {},
): Promise<LabelMap> {
  return labelMapOf(network, image, wayOf(network, image, options), options.signal);
}

/** How an image is predicted: at once, tile by tile, or as the mean of several views. */
export interface Way {
  readonly tiling: Tiling | undefined;
  readonly averaging: Averaging | undefined;
}

/** Checks the options that do not depend on an image; tiles and averaging exclude each other. */
export function checkWay(options: TilingOptions & AveragingOptions): Averaging | undefined {
  checkTiling(options);
  const averaging = resolveAveraging(options);
  if (averaging && (options.tileSize !== undefined || options.overlap !== undefined)) {
    throw new ConfigError(
      'predict: expected tiles or averaged views, got both; leave out tileSize and overlap, and choose ' +
        'the option window where an image is too large at once',
    );
  }
  return averaging;
}

/** How an image of a size is predicted. */
export function wayOf(
  network: TrainedNetwork,
  image: Size,
  options: TilingOptions & AveragingOptions,
): Way {
  const averaging = checkWay(options);
  if (averaging === undefined) {
    return { averaging, tiling: tilingFor(network, image, options) };
  }
  const read = readingSize(image, network.options.resolution);
  checkAveragingMemory(network, image, read, averaging, options.memoryLimit);
  return { averaging, tiling: undefined };
}

/** The class of each pixel of an image that is predicted in some way. */
export async function labelMapOf(
  network: TrainedNetwork,
  image: RgbImage,
  { tiling, averaging }: Way,
  signal: AbortSignal | undefined,
): Promise<LabelMap> {
  const size = readingSize(image, network.options.resolution);
  const isWhole = size.height === image.height && size.width === image.width;
  const scaled = isWhole ? image : resizeImage(image, size);
  const map = averaging
    ? await predictViews(network, scaled, averaging, signal)
    : tiling
      ? await predictTiles(network, scaled, tiling, signal)
      : await predictWhole(network, scaled);
  return isWhole ? map : resizeLabels(map, image);
}

async function predictWhole(network: TrainedNetwork, image: RgbImage): Promise<LabelMap> {
  const { height, width } = image;
  const padded = paddedSize(image);
  const images = new Float32Array(padded.height * padded.width * 3);
  drawImage(image, paddedView(image, padded), images);
  const labels = await network.predictor.labels({ ...padded, images });
  return { height, width, data: Uint8Array.from(cropPadding(labels, padded, image)) };
}

async function predictViews(
  { predictor }: TrainedNetwork,
  image: RgbImage,
  averaging: Averaging,
  signal: AbortSignal | undefined,
): Promise<LabelMap> {
  const { height, width } = image;
  const images = new Float32Array(height * width * 3);
  drawImage(image, paddedView(image, image), images);
  const batch = { height, width, images };
  const probabilities = await averageProbabilities(predictor, batch, averaging, signal);
  return { height, width, data: Uint8Array.from(mostProbable(probabilities, image)) };
}
