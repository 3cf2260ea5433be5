/** Convolution and batch norm in the two orders that the derived network uses. */
import type * as tf from '@tensorflow/tfjs-core';
import { xavierUniform } from './initializers.js';
import { batchNorm, type BatchNormOptions } from './batch-norm.js';
import { convolution } from './layers.js';
import type { Scope } from './scope.js';
import type { WindowOptions } from '../ops/geometry.js';
import { relu } from '../ops/relu.js';

/** Size and batch norm of a convolution. */
export interface ConvNormOptions extends WindowOptions {
  readonly filters: number;
  /** Height and width of the filters, 1 by default. */
  readonly kernel?: number;
  readonly norm: BatchNormOptions;
}

/**
 * ReLU, convolution, batch norm: the order of all cells.
 *
 * Source: the authors' code; weights start uniform in ±1/√(fan in).
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, filters]`, not activated
 */
export function reluConvNorm(
  scope: Scope,
  x: tf.Tensor4D,
  { norm, kernel = 1, ...size }: ConvNormOptions,
): tf.Tensor4D {
  const y = convolution(scope, relu(x), { kernel, ...size });
  return batchNorm(scope.child('bn'), y, norm);
}

/**
 * Convolution, batch norm, ReLU: the order of ASPP and DeepLab decoder.
 *
 * Source: the authors' code, with plain (not separable) convolutions, which alone give the paper's
 * parameter counts; weights start by Xavier's rule.
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, filters]`, activated
 */
export function convNormRelu(
  scope: Scope,
  x: tf.Tensor4D,
  { norm, kernel = 1, ...size }: ConvNormOptions,
): tf.Tensor4D {
  const y = convolution(scope, x, { kernel, ...size, initializer: xavierUniform });
  return relu(batchNorm(scope.child('bn'), y, norm));
}
