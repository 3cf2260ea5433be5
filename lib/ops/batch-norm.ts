/** Batch normalisation by the statistics of the batch or by given ones. */
import * as tf from '@tensorflow/tfjs-core';
import {
  batchNormGradientOnWasm,
  batchNormOnWasm,
  type BatchNormAttributes,
} from './batch-norm-wasm.js';
import { ShapeError } from '../errors.js';
import { checkImageRank } from './geometry.js';
import { groupBatchNorm } from './group-batch-norm.js';
import { runKernel, type KernelDefinition } from './kernel.js';
import { floatType, type NativeAttribute } from './native-call.js';
import { hasNativeKernel } from './native-kernels.js';

function nativeAttributes({ epsilon }: BatchNormAttributes): Record<string, NativeAttribute> {
  return {
    T: floatType,
    U: floatType,
    epsilon: { kind: 'float', value: epsilon },
    data_format: { kind: 'string', value: 'NHWC' },
    is_training: { kind: 'bool', value: true },
  };
}

const gradient: KernelDefinition<BatchNormAttributes> = {
  name: 'AdlBatchNormGradient',
  attributes: ['epsilon'],
  shape: ({ x, scale }) => [
    { shape: x.shape, dtype: 'float32' },
    { shape: scale.shape, dtype: 'float32' },
    { shape: scale.shape, dtype: 'float32' },
    { shape: [0], dtype: 'float32' },
    { shape: [0], dtype: 'float32' },
  ],
  native: ({ dy, x, scale, saved1, saved2, saved3 }, attributes) => ({
    operation: 'FusedBatchNormGradV3',
    inputs: [dy, x, scale, saved1, saved2, saved3],
    attributes: nativeAttributes(attributes),
    outputs: 5,
  }),
  wasm: ({ dy, x, scale, saved1, saved2 }, attributes) =>
    batchNormGradientOnWasm(dy as tf.Tensor4D, x as tf.Tensor4D, scale, saved1, saved2, attributes),
};

const forward: KernelDefinition<BatchNormAttributes> = {
  name: 'AdlBatchNorm',
  attributes: ['epsilon'],
  shape: ({ x, scale }) => [
    { shape: x.shape, dtype: 'float32' },
    ...Array.from({ length: 4 }, () => ({ shape: scale.shape, dtype: 'float32' as const })),
    { shape: [0], dtype: 'float32' },
  ],
  native: ({ x, scale, offset, empty }, attributes) => ({
    operation: 'FusedBatchNormV3',
    inputs: [x, scale, offset, empty, empty],
    attributes: {
      ...nativeAttributes(attributes),
      exponential_avg_factor: { kind: 'float', value: 1 },
    },
    outputs: 6,
  }),
  wasm: ({ x, scale, offset, empty }, attributes) =>
    batchNormOnWasm(x as tf.Tensor4D, scale, offset, empty, attributes),
  gradient: {
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, [x, scale, saved1, saved2, saved3], attrs) => {
      const [dy] = dys as tf.Tensor[];
      const inputs = { dy, x, scale, saved1, saved2, saved3 };
      const [dx, dscale, doffset] = runKernel(
        gradient,
        inputs,
        attrs as unknown as BatchNormAttributes,
      );
      const none = () => tf.zeros([0]);
      return { x: () => dx, scale: () => dscale, offset: () => doffset, empty: none };
    },
  },
};

/** The kernels of this file, for registration. */
export const batchNormKernels = [forward, gradient];

/** The result of normalisation by the statistics of the batch. */
export interface BatchNormResult {
  /** The normalised image, shape of the input. */
  readonly y: tf.Tensor4D;
  /** Mean per channel, `[channels]`; per group and channel, `[groups · channels]`. */
  readonly mean: tf.Tensor1D;
  /** Unbiased variance, shaped like the mean; what a moving average keeps. */
  readonly variance: tf.Tensor1D;
}

/** Scale and offset of a batch norm, `[channels]` each; 1 and 0 if absent. */
export interface Affine {
  readonly scale?: tf.Tensor1D | undefined;
  readonly offset?: tf.Tensor1D | undefined;
}

/**
 * Throws if a batch norm would normalise a single value per channel: that is its own mean, and the
 * result the offset, whatever the image.
 *
 * Source: PyTorch refuses the same ("Expected more than 1 value per channel when training").
 *
 * @param where - names the batch norm
 * @param x - `[batch, height, width, channels]`
 * @param groups - how many groups of images have statistics of their own
 * @param advice - what to do about it
 */
export function checkSeveralValues(
  where: string,
  { shape: [batch, height, width] }: tf.Tensor4D,
  groups = 1,
  advice = 'take a batch of 2 or more, or a larger crop',
): void {
  if ((batch / groups) * height * width === 1) {
    throw new ShapeError(
      `${where === '' ? 'batch norm' : where}: expected more than one value per channel, got one (batch 1, a map of 1 × 1 pixel), ` +
        `which batch norm would turn into its offset whatever the image; ${advice}`,
    );
  }
}

/**
 * Normalises a batch by its own statistics (training).
 *
 *     y = scale · (x − mean) / √(var + ε) + offset, mean and var (biased) over batch, height, width
 *
 * With several groups of images in the batch, each is normalised by statistics of its own; scale
 * and offset are shared.
 *
 * @param x - `[batch, height, width, channels]`
 * @param epsilon - ε, dimensionless
 * @param groups - number of groups, each of batch / groups consecutive images; 1 by default
 * @returns the image and its statistics; the caller disposes them. Gradients flow through `y` only.
 * @throws {@link ShapeError} if the groups do not divide the batch, or there is one value per channel
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  epsilon: number,
  affine: Affine = {},
  groups = 1,
): BatchNormResult {
  checkImageRank('batchNormTraining', x);
  const [batch, , , channels] = x.shape;
  if (!Number.isInteger(batch / groups)) {
    throw new ShapeError(
      `batchNormTraining: expected groups that divide the batch of ${batch}, got ${groups}`,
    );
  }
  checkSeveralValues('batchNormTraining', x, groups);
  const scale = affine.scale ?? tf.ones<tf.Rank.R1>([channels]);
  const offset = affine.offset ?? tf.zeros<tf.Rank.R1>([channels]);
  if (hasNativeKernel('AdlGroupBatchNorm')) {
    const [y, mean, variance] = groupBatchNorm({ x, scale, offset }, { epsilon, groups });
    const flat = (statistic: tf.Tensor2D) => tf.reshape<tf.Rank.R1>(statistic, [-1]);
    return { y, mean: flat(mean), variance: flat(variance) };
  }
  const parts = groups === 1 ? [x] : tf.split(x, groups);
  const results = parts.map((part) =>
    runKernel(forward, { x: part, scale, offset, empty: tf.zeros([0]) }, { epsilon }),
  );
  const join = (i: number) =>
    groups === 1 ? results[0][i] : tf.concat(results.map((result) => result[i]));
  return {
    y: join(0) as tf.Tensor4D,
    mean: join(1) as tf.Tensor1D,
    variance: join(2) as tf.Tensor1D,
  };
}

/**
 * Normalises a batch by given statistics (inference, or training with frozen statistics).
 *
 *     y = scale · (x − mean) / √(variance + ε) + offset
 *
 * @param x - `[batch, height, width, channels]`
 * @param mean - moving mean, `[channels]`
 * @param variance - moving variance, `[channels]`
 * @returns the normalised image, shape of `x`; the caller disposes it
 */
export function batchNormInference(
  x: tf.Tensor4D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
  affine: Affine = {},
): tf.Tensor4D {
  checkImageRank('batchNormInference', x);
  return tf.batchNorm4d(x, mean, variance, affine.offset, affine.scale, epsilon);
}
