/** Atrous spatial pyramid pooling on the output of the last cell. */
import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import { constant, xavierUniform } from '../nn/initializers.js';
import { convolution, dropout } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { relu } from '../ops/relu.js';
import { resizeBilinear } from '../ops/resize.js';
import { convNormRelu } from '../nn/conv-norm.js';
import { tidyAtInference } from '../nn/tidy.js';
import { headNorm, type ResolvedNetworkSettings, type SegmentationSize } from './options.js';
import type { Size } from '../size.js';

/**
 * What the image pooling averages over: *image* - the whole map; *crop* - every window of the size
 * of the training crop.
 */
export type ImagePooling = 'image' | 'crop';

/** Settings of the ASPP. */
export interface AsppOptions {
  /**
   * Height and width of the windows that the image pooling averages over, in pixels of the image;
   * undefined: the whole map, whatever its size.
   */
  readonly poolingCrop?: Size | undefined;
  /** Stride of the encoder's output, in pixels: 4, 8, 16 or 32. */
  readonly outputStride: number;
  readonly norm: BatchNormOptions;
  /** Filters of every branch and of the projection. */
  readonly filters: number;
  /** What follows the convolution of image pooling; see {@link SegmentationSize}. */
  readonly imagePoolingNorm?: SegmentationSize['imagePoolingNorm'];
  /** Probability that dropout keeps an element while training. */
  readonly dropoutKeepProbability: number;
  /** What the image pooling gives where `x` is a part of an image; else it is computed from `x`. */
  readonly imageMean?: tf.Tensor4D | undefined;
}

/**
 * Rates of the three atrous branches: (6, 12, 18) at output stride 16, scaled with the resolution.
 *
 *     rates = 16/s · (6, 12, 18)
 *
 * Source: the authors' code, (6, 12, 18) at 16 and (12, 24, 36) at 8. Assumption: the same rule for
 * paths that end at stride 4 or 32, where the authors give none.
 *
 * @param outputStride - s, in pixels: 4, 8, 16 or 32
 */
export function asppRates(outputStride: number): readonly [number, number, number] {
  const scale = 16 / outputStride;
  return [6 * scale, 12 * scale, 18 * scale];
}

/** The settings of the ASPP of a network. */
export function asppOptions(options: ResolvedNetworkSettings, outputStride: number): AsppOptions {
  return {
    outputStride,
    norm: headNorm(options),
    filters: options.headFilters,
    imagePoolingNorm: options.imagePoolingNorm,
    dropoutKeepProbability: options.dropoutKeepProbability,
    poolingCrop: options.poolingCrop,
  };
}

/** What to do where image pooling leaves one value per channel: at batch 1. */
const POOL_ADVICE =
  "train with batchSize 2 or more for each replica, or with imagePoolingNorm 'none', a bias in place of this norm";

/**
 * Averages over all windows of a size along one axis, by a product with a band matrix.
 *
 *     y_i = 1/w · Σ_{j=i}^{i+w−1} x_j
 *
 * @param x - `[before, length, after]`
 * @param window - w, from 1 to `length`
 * @returns `[before, length − w + 1, after]`
 */
function slidingMean(x: tf.Tensor3D, window: number): tf.Tensor3D {
  const [, length] = x.shape;
  const positions = length - window + 1;
  const band = new Float32Array(positions * length);
  for (let i = 0; i < positions; i++) {
    band.fill(1 / window, i * length + i, i * length + i + window);
  }
  return tf.matMul<tf.Tensor3D>(tf.tensor3d(band, [1, positions, length]), x);
}

/**
 * Image pooling: the average over all windows of the size of a training crop at stride 1, one pixel
 * if the map is no larger than the window.
 *
 * A window that is larger than the map in one direction covers it in that direction.
 *
 * Source: the authors' code, `slim.avg_pool2d` with the size of `image_pooling_crop_size` at the
 * encoder's stride, (crop − 1)/s + 1, without padding.
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, height − rows + 1, width − columns + 1, channels]`
 */
export function cropPooling(x: tf.Tensor4D, crop: Size, outputStride: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const along = (pixels: number, size: number) =>
    Math.min(Math.floor((pixels - 1) / outputStride) + 1, size);
  const [rows, columns] = [along(crop.height, height), along(crop.width, width)];
  if (rows === height && columns === width) {
    return tf.mean<tf.Tensor4D>(x, [1, 2], true);
  }
  const byRow = slidingMean(tf.reshape(x, [batch, height, width * channels]), rows);
  const [down, right] = [height - rows + 1, width - columns + 1];
  const byColumn = slidingMean(tf.reshape(byRow, [batch * down, width, channels]), columns);
  return tf.reshape(byColumn, [batch, down, right, channels]);
}

/** Image pooling, and behind it a 1×1 convolution with batch norm or a bias, and ReLU. */
function pooledBranch(
  scope: Scope,
  x: tf.Tensor4D,
  { outputStride, norm, filters, poolingCrop, imageMean, imagePoolingNorm = 'batch' }: AsppOptions,
): tf.Tensor4D {
  const pooled =
    imageMean ??
    (poolingCrop === undefined
      ? tf.mean<tf.Tensor4D>(x, [1, 2], true) // [batch, 1, 1, channels]
      : cropPooling(x, poolingCrop, outputStride));
  if (imagePoolingNorm === 'batch') {
    const advised = { ...norm, advice: POOL_ADVICE };
    return convNormRelu(scope, pooled, { filters, norm: advised });
  }
  const size = { filters, kernel: 1, initializer: xavierUniform };
  const y = convolution(scope, pooled, size);
  const bias = scope.variable('bias', [filters], constant(0), { decay: false });
  return relu(tf.add<tf.Tensor4D>(y, bias));
}

/**
 * Five branches (image pooling, 1×1, three atrous 3×3), joined and projected to as many filters as each
 * has; dropout while training.
 *
 * Source: the authors' code (DeepLabv3+). Deviation: unless `poolingCrop` is given, image pooling
 * covers the whole map, whatever its size; theirs has the size of the training crop, which is the
 * same while training.
 *
 * @param x - activated output of the last cell, `[batch, height, width, channels]`
 * @returns `[batch, height, width, filters]`
 */
export function aspp(scope: Scope, x: tf.Tensor4D, options: AsppOptions): tf.Tensor4D {
  const { outputStride, norm, filters, dropoutKeepProbability } = options;
  const encoded = tidyAtInference(scope, () => {
    const [, height, width] = x.shape;
    const branch = (name: string, input: tf.Tensor4D, kernel = 1, rate = 1) =>
      convNormRelu(scope.child(name), input, { filters, kernel, rate, norm });
    const branches = [
      resizeBilinear(pooledBranch(scope.child('pool'), x, options), [height, width]),
      branch('conv1x1', x),
      ...asppRates(outputStride).map((rate, i) => branch(`atrous${i + 1}`, x, 3, rate)),
    ];
    return branch('projection', tf.concat(branches, 3));
  });
  return dropout(scope, encoded, dropoutKeepProbability);
}
