/** The layers that all networks here are made of; each takes its variables from a scope. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
import { conv2d } from '../ops/conv2d.js';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.js';
import type { WindowOptions } from '../ops/geometry.js';
import { randomUniform } from '../ops/random-uniform.js';
import { constant, depthwiseUniform, fanInUniform, type Initializer } from './initializers.js';
import type { Scope } from './scope.js';

/** A convolution's size. */
export interface ConvolutionOptions extends WindowOptions {
  readonly filters: number;
  readonly kernel: number;
  /** First weights; uniform by fan-in if absent. */
  readonly initializer?: Initializer;
  /** Name of the weights in the scope; `weights` if absent. */
  readonly name?: string;
}

/** Convolution without bias: `[b, h, w, c]` → `[b, ⌈h/s⌉, ⌈w/s⌉, filters]`. */
export function convolution(
  scope: Scope,
  x: tf.Tensor4D,
  { filters, kernel, initializer = fanInUniform, name = 'weights', ...window }: ConvolutionOptions,
): tf.Tensor4D {
  const shape = [kernel, kernel, x.shape[3], filters];
  return conv2d(x, scope.variable(name, shape, initializer) as tf.Tensor4D, window);
}

/** Depthwise convolution: `[b, h, w, c]` → `[b, ⌈h/s⌉, ⌈w/s⌉, c]`. */
export function depthwiseConvolution(
  scope: Scope,
  x: tf.Tensor4D,
  { kernel, name, ...window }: WindowOptions & { readonly kernel: number; readonly name: string },
): tf.Tensor4D {
  const shape = [kernel, kernel, x.shape[3], 1];
  const filter = scope.variable(name, shape, depthwiseUniform) as tf.Tensor4D;
  return depthwiseConv2d(x, filter, window);
}

/** How a batch norm behaves. */
export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether scale γ and offset β are trained; true by default. */
  readonly affine?: boolean;
  /** Share of the old value that moving statistics keep a step. */
  readonly momentum: number;
  /** Whether statistics of the batch are used in training (else moving ones); true by default. */
  readonly tuned?: boolean;
}

/**
 * Batch norm with moving statistics; variables `gamma`, `beta`, `moving_mean`, `moving_variance`.
 *
 * Scale and offset are exempt from weight decay, as in the authors' code.
 */
export function batchNorm(
  scope: Scope,
  x: tf.Tensor4D,
  { epsilon, affine = true, momentum, tuned = true }: BatchNormOptions,
): tf.Tensor4D {
  const channels = [x.shape[3]];
  const free = { decay: false };
  const fixed = { trainable: false };
  const scale = affine ? scope.variable('gamma', channels, constant(1), free) : undefined;
  const offset = affine ? scope.variable('beta', channels, constant(0), free) : undefined;
  const affinity = { scale: scale as tf.Tensor1D, offset: offset as tf.Tensor1D };
  const movingMean = scope.variable('moving_mean', channels, constant(0), fixed);
  const movingVariance = scope.variable('moving_variance', channels, constant(1), fixed);
  if (!scope.training || !tuned) {
    const mean = movingMean as tf.Tensor1D;
    return batchNormInference(x, mean, movingVariance as tf.Tensor1D, epsilon, affinity);
  }
  const { y, mean, variance } = batchNormTraining(x, epsilon, affinity);
  const mix = (old: tf.Tensor, now: tf.Tensor) =>
    tf.add(tf.mul(old, momentum), tf.mul(now, 1 - momentum));
  scope.update('moving_mean', mix(movingMean, mean));
  scope.update('moving_variance', mix(movingVariance, variance));
  return y;
}

/**
 * Dropout: `x · mask / keep`, each element kept with the probability `keep`; off without a seed.
 */
export function dropout(scope: Scope, x: tf.Tensor4D, keep: number): tf.Tensor4D {
  const seed = scope.training ? scope.seed('dropout') : undefined;
  if (!seed || keep >= 1) {
    return x;
  }
  const mask = tf.floor(tf.add(randomUniform(x.shape, seed), keep));
  return tf.mul<tf.Tensor4D>(tf.div(x, keep), mask);
}

/**
 * Drop path: `x · mask / keep`, each sample kept with the probability `keep`; off without a seed.
 *
 * @param keep - a scalar in (0, 1], since it changes from step to step
 */
export function dropPath(scope: Scope, x: tf.Tensor4D, keep: tf.Scalar): tf.Tensor4D {
  const seed = scope.training ? scope.seed('drop_path') : undefined;
  if (!seed) {
    return x;
  }
  const mask = tf.floor(tf.add(randomUniform([x.shape[0], 1, 1, 1], seed), keep));
  return tf.mul<tf.Tensor4D>(x, tf.div(mask, keep));
}
