/** Batch norm with its variables, in the two forms that the networks here use. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormInference, checkSeveralValues, type Affine } from '../ops/batch-norm.js';
import { normalizeByBatch, statisticGroups } from './batch-statistics.js';
import { constant } from './initializers.js';
import type { Scope } from './scope.js';

/** The trained scale γ and offset β of a batch norm. */
export interface ScaleAndOffset {
  /** `[channels]`, 1 at first. */
  readonly scale: tf.Tensor1D;
  /** `[channels]`, 0 at first. */
  readonly offset: tf.Tensor1D;
}

/**
 * The variables `gamma` and `beta` of a batch norm.
 *
 * They are exempt from weight decay, as in the authors' code.
 */
export function scaleAndOffset(scope: Scope, channels: number): ScaleAndOffset {
  const exempt = { decay: false };
  return {
    scale: scope.variable('gamma', [channels], constant(1), exempt) as tf.Tensor1D,
    offset: scope.variable('beta', [channels], constant(0), exempt) as tf.Tensor1D,
  };
}

/** How a batch norm behaves. */
export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether scale γ and offset β are trained; true by default. */
  readonly affine?: boolean;
  /** Share of the old value that moving statistics keep per step. */
  readonly momentum: number;
  /** Whether training uses the statistics of the batch, not the moving ones; true by default. */
  readonly tuned?: boolean;
  /** What to do where the batch would have one value per channel; errors say it. */
  readonly advice?: string;
}

/**
 * Batch norm with moving statistics; variables `gamma`, `beta`, `moving_mean`, `moving_variance`.
 *
 * @throws {@link ShapeError} while training by the batch, if that has one value per channel
 */
export function batchNorm(
  scope: Scope,
  x: tf.Tensor4D,
  { epsilon, affine = true, momentum, tuned = true, advice }: BatchNormOptions,
): tf.Tensor4D {
  const channels = x.shape[3];
  const affinity: Affine = affine ? scaleAndOffset(scope, channels) : {};
  const fixed = { trainable: false };
  const movingMean = scope.variable('moving_mean', [channels], constant(0), fixed);
  const movingVariance = scope.variable('moving_variance', [channels], constant(1), fixed);
  if (!scope.training || !tuned) {
    const mean = movingMean as tf.Tensor1D;
    const variance = movingVariance as tf.Tensor1D;
    return scope.observed(batchNormInference(x, mean, variance, epsilon, affinity));
  }
  checkSeveralValues(scope.name, x, statisticGroups(1), advice);
  const { y, mean, variance } = normalizeByBatch(x, epsilon, affinity);
  const mix = (old: tf.Tensor, now: tf.Tensor) =>
    tf.add(tf.mul(old, momentum), tf.mul(now, 1 - momentum));
  scope.update('moving_mean', mix(movingMean, mean));
  scope.update('moving_variance', mix(movingVariance, variance));
  return scope.observed(y);
}

/** How a {@link statelessBatchNorm} behaves. */
export interface StatelessBatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether scale γ and offset β are trained. */
  readonly affine: boolean;
  /** A factor on the result, per channel. */
  readonly factor?: tf.Tensor1D | undefined;
  /** Number of groups of images, each normalised by its own statistics; 1 by default. */
  readonly groups?: number;
}

/**
 * Batch norm by the statistics of the batch, always; variables `gamma` and `beta` if affine.
 *
 *     y = factor · (γ · x̂ + β), γ = 1 and β = 0 unless affine
 *
 * @throws {@link ShapeError} if a group has one value per channel
 */
export function statelessBatchNorm(
  scope: Scope,
  x: tf.Tensor4D,
  { epsilon, affine, factor, groups = 1 }: StatelessBatchNormOptions,
): tf.Tensor4D {
  checkSeveralValues(scope.name, x, statisticGroups(groups));
  if (!affine) {
    return scope.observed(normalizeByBatch(x, epsilon, { scale: factor }, groups).y);
  }
  const { scale, offset } = scaleAndOffset(scope, x.shape[3]);
  const affinity = factor
    ? { scale: tf.mul<tf.Tensor1D>(scale, factor), offset: tf.mul<tf.Tensor1D>(offset, factor) }
    : { scale, offset };
  return scope.observed(normalizeByBatch(x, epsilon, affinity, groups).y);
}
