/** Atrous spatial pyramid pooling on the output of the last cell. */
import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import { dropout } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { resizeBilinear } from '../ops/resize.js';
import { convNormRelu } from '../nn/conv-norm.js';
import { tidyAtInference } from '../nn/tidy.js';

/** Filters of every branch and of the projection. */
const FILTERS = 256;

/** Settings of the ASPP. */
export interface AsppOptions {
  /** Stride of the encoder's output, in pixels: 4, 8, 16 or 32. */
  readonly outputStride: number;
  readonly norm: BatchNormOptions;
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
export function aspp(
  scope: Scope,
  x: tf.Tensor4D,
  { outputStride, norm, dropoutKeepProbability, imageMean }: AsppOptions,
): tf.Tensor4D {
  const encoded = tidyAtInference(scope, () => {
    const [, height, width] = x.shape;
    const branch = (name: string, input: tf.Tensor4D, kernel = 1, rate = 1) =>
      convNormRelu(scope.child(name), input, { filters: FILTERS, kernel, rate, norm });
    const mean = imageMean ?? tf.mean<tf.Tensor4D>(x, [1, 2], true);
    const pooled = branch('pool', mean); // [batch, 1, 1, 256]
    const branches = [
      resizeBilinear(pooled, [height, width]),
      branch('conv1x1', x),
      ...asppRates(outputStride).map((rate, i) => branch(`atrous${i + 1}`, x, 3, rate)),
    ];
    return branch('projection', tf.concat(branches, 3));
  });
  return dropout(scope, encoded, dropoutKeepProbability);
}
