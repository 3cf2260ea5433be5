/** Whether an image fits into memory at once, and which tiles do if it does not. */
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../errors.js';
import { defaultMemoryLimit, stepMemory } from '../runtime/memory.js';
import { gibibytes, short } from '../text.js';
import { paddedSize, toSize, type Size } from '../size.js';
import { withPrefix } from '../tensors.js';
import { imageSpec } from '../training/batch-spec.js';
import { labelMapStep } from '../training/label-map.js';
import type { Predictor } from '../training/predictor.js';
import { alignedScale } from './average-probabilities.js';
import type { Averaging } from './averaging-options.js';
import { SMALLEST_TILE } from './tiles.js';
import type { TrainedNetwork } from './trained-network.js';

/** The memory of an image with its label map, colours and overlay, and their encoding, per pixel. */
const PICTURE_BYTES = 16;

/** The memory of a network's input and label map besides the values inside, bytes per pixel. */
const INPUT_BYTES = 28;

/** The sides of the squares whose memory is computed; that of others follows from theirs. */
const SAMPLES: readonly [number, number] = [257, 513];

/**
 * How much more the wasm backend takes: its convolutions keep a table of addresses for each size that
 * they have seen. Measured with the published network (F = 20): 1.3 KB per pixel from 513x513 to
 * 1025x1025, where the values inside take 0.22.
 */
const WASM_OVERHEAD = 6;

/** The heap of the wasm backend cannot become larger. */
const WASM_HEAP = 2 ** 32;

/** The memory that predicting takes: `base + perPixel · pixels`, in bytes. */
interface MemoryModel {
  readonly base: number;
  readonly perPixel: number;
}

const models = new WeakMap<Predictor, MemoryModel>();

/** The model of a network, from its step traced on two sizes. */
function modelOf(predictor: Predictor): MemoryModel {
  const known = models.get(predictor);
  if (known) {
    return known;
  }
  const state = withPrefix('variables', predictor.variables);
  const bytes = SAMPLES.map((side) => {
    const image = imageSpec(1, toSize(side));
    return stepMemory({ step: labelMapStep(predictor.network), inputs: { image } }, state);
  });
  const [small, large] = SAMPLES.map((side) => side ** 2);
  const inner = (bytes[1] - bytes[0]) / (large - small);
  const overhead = tf.getBackend() === 'wasm' ? WASM_OVERHEAD : 1;
  const model = { base: bytes[0] - inner * small, perPixel: overhead * inner + INPUT_BYTES };
  models.set(predictor, model);
  return model;
}

/** The memory that the process may take, bytes. */
function limitBytes(memoryLimit: number | undefined): number {
  const limit = memoryLimit === undefined ? defaultMemoryLimit() : memoryLimit * 2 ** 30;
  return tf.getBackend() === 'wasm' ? Math.min(limit, WASM_HEAP) : limit;
}

/**
 * The most pixels of an image that is read: its pictures may take half of the memory.
 *
 * @param memoryLimit - GiB
 */
export function mostPixels(memoryLimit?: number): number {
  return Math.floor(limitBytes(memoryLimit) / 2 / PICTURE_BYTES);
}

/**
 * The memory to predict an image at once, bytes.
 *
 * @param image - its size
 * @param read - the size that it is predicted at
 */
export function predictionMemory(predictor: Predictor, image: Size, read: Size): number {
  const { base, perPixel } = modelOf(predictor);
  const { height, width } = paddedSize(read);
  return base + perPixel * height * width + PICTURE_BYTES * image.height * image.width;
}

/**
 * The side of the largest square tile that fits into memory; undefined if the whole image does.
 *
 * @param image - its size
 * @param read - the size that it is predicted at
 * @param memoryLimit - GiB; nine tenths of the machine's by default, on wasm at most its heap of 4
 * @throws {@link DataError} if not even the smallest tile fits
 */
export function largestTile(
  predictor: Predictor,
  image: Size,
  read: Size,
  memoryLimit?: number,
): number | undefined {
  const limit = limitBytes(memoryLimit);
  if (predictionMemory(predictor, image, read) <= limit) {
    return undefined;
  }
  const { base, perPixel } = modelOf(predictor);
  const left = limit - base - PICTURE_BYTES * image.height * image.width;
  const side = Math.floor(Math.sqrt(Math.max(0, left) / perPixel));
  if (side < SMALLEST_TILE) {
    const least = predictionMemory(predictor, image, toSize(SMALLEST_TILE));
    throw new DataError(
      `predict: expected a memory limit of at least ${gibibytes(least)} for an image of ` +
        `${image.width}x${image.height}, got ${short(limit / 2 ** 30)} GiB; raise memoryLimit, or scale the ` +
        'image down',
    );
  }
  return side;
}

/** Maps of probabilities at the size of the image while views are averaged. */
const MAPS = 4;

/** And at the size of the scaled image. */
const SCALED_MAPS = 2;

/**
 * Checks that an image fits into memory while its views are averaged.
 *
 * @param image - its size
 * @param read - the size that it is predicted at
 * @param memoryLimit - GiB; nine tenths of the machine's by default, on wasm at most its heap of 4
 * @throws {@link DataError} if it does not
 */
export function checkAveragingMemory(
  { predictor, classes }: Pick<TrainedNetwork, 'predictor' | 'classes'>,
  image: Size,
  read: Size,
  { scales, windows }: Averaging,
  memoryLimit?: number,
): void {
  const limit = limitBytes(memoryLimit);
  const scaled = alignedScale(read, Math.max(...scales));
  const seen = {
    height: Math.min(scaled.height, windows?.window ?? Infinity),
    width: Math.min(scaled.width, windows?.window ?? Infinity),
  };
  const pixels = MAPS * read.height * read.width + SCALED_MAPS * scaled.height * scaled.width;
  const needed = predictionMemory(predictor, image, seen) + 4 * classes.length * pixels;
  if (needed > limit) {
    throw new DataError(
      `predict: expected a memory limit of at least ${gibibytes(needed)} to average the probabilities ` +
        `of an image of ${image.width}x${image.height}, got ${short(limit / 2 ** 30)} GiB; raise memoryLimit, ` +
        `choose ${windows ? 'smaller scales' : 'windows or smaller scales'}, or scale the image down`,
    );
  }
}
