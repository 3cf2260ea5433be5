/** Atrous spatial pyramid pooling on the output of the last cell. */
import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import { constant, xavierUniform } from '../nn/initializers.js';
import { convolution, dropout } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { resizeBilinear } from '../ops/resize.js';
import { convNormRelu } from '../nn/conv-norm.js';
import { tidyAtInference } from '../nn/tidy.js';
import type { SegmentationSize } from './options.js';

/** Filters of every branch and of the projection. */
const FILTERS = 256;

/** Settings of the ASPP. */
export interface AsppOptions {
  /** Stride of the encoder's output, in pixels: 4, 8, 16 or 32. */
  readonly outputStride: number;
  readonly norm: BatchNormOptions;
  /** What follows the convolution of image pooling; see {@link SegmentationSize}. */
  readonly imagePoolingNorm?: SegmentationSize['imagePoolingNorm'];
  /** Probability that dropout keeps an element while training. */
  readonly dropoutKeepProbability: number;
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

/** What to do where image pooling leaves one value per channel: at batch 1. */
const POOL_ADVICE =
  "train with batchSize 2 or more, or with imagePoolingNorm 'none', a bias in place of this norm";

/** The 1×1 convolution behind image pooling, with batch norm or a bias, and ReLU. */
function pooledBranch(
  scope: Scope,
  x: tf.Tensor4D,
  { norm, imagePoolingNorm = 'batch' }: AsppOptions,
): tf.Tensor4D {
  const pooled = tf.mean<tf.Tensor4D>(x, [1, 2], true); // [batch, 1, 1, channels]
  if (imagePoolingNorm === 'batch') {
    const advised = { ...norm, advice: POOL_ADVICE };
    return convNormRelu(scope, pooled, { filters: FILTERS, norm: advised });
  }
  const size = { filters: FILTERS, kernel: 1, initializer: xavierUniform };
  const y = convolution(scope, pooled, size);
  const bias = scope.variable('bias', [FILTERS], constant(0), { decay: false });
  return tf.relu(tf.add<tf.Tensor4D>(y, bias));
}

/**
 * Five branches of 256 filters (pooling over the whole image, 1×1, three atrous 3×3), joined and
 * projected to 256; dropout while training.
 *
 * Source: the authors' code (DeepLabv3+). Deviation: image pooling covers the whole map, whatever
 * its size; theirs has the size of the training crop, which is the same while training.
 *
 * @param x - activated output of the last cell, `[batch, height, width, channels]`
 * @returns `[batch, height, width, 256]`
 */
export function aspp(scope: Scope, x: tf.Tensor4D, options: AsppOptions): tf.Tensor4D {
  const { outputStride, norm, dropoutKeepProbability } = options;
  const encoded = tidyAtInference(scope, () => {
    const [, height, width] = x.shape;
    const branch = (name: string, input: tf.Tensor4D, kernel = 1, rate = 1) =>
      convNormRelu(scope.child(name), input, { filters: FILTERS, kernel, rate, norm });
    const branches = [
      resizeBilinear(pooledBranch(scope.child('pool'), x, options), [height, width]),
      branch('conv1x1', x),
      ...asppRates(outputStride).map((rate, i) => branch(`atrous${i + 1}`, x, 3, rate)),
    ];
    return branch('projection', tf.concat(branches, 3));
  });
  return dropout(scope, encoded, dropoutKeepProbability);
}
