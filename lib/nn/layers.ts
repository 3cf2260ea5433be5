/** The layers of all networks here; each takes its variables from a scope. */
import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../ops/conv2d.js';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.js';
import type { WindowOptions } from '../ops/geometry.js';
import { replicaUniform } from '../runtime/replicas.js';
import { depthwiseUniform, fanInUniform, type Initializer } from './initializers.js';
import type { Scope, VariableOptions } from './scope.js';

/** Size and variables of a convolution. */
export interface ConvolutionOptions extends WindowOptions {
  readonly filters: number;
  readonly kernel: number;
  /** Fills the weights at first; {@link fanInUniform} by default. */
  readonly initializer?: Initializer;
  /** Name of the weights in the scope; `weights` by default. */
  readonly name?: string;
  /** Details of the weights. */
  readonly weights?: VariableOptions;
}

/** Convolution without bias: `[b, h, w, c]` → `[b, ⌈h/s⌉, ⌈w/s⌉, filters]`. */
export function convolution(
  scope: Scope,
  x: tf.Tensor4D,
  options: ConvolutionOptions,
): tf.Tensor4D {
  const {
    filters,
    kernel,
    initializer = fanInUniform,
    name = 'weights',
    weights,
    ...window
  } = options;
  const shape = [kernel, kernel, x.shape[3], filters];
  const filter = scope.variable(name, shape, initializer, weights) as tf.Tensor4D;
  return scope.observed(conv2d(x, filter, window));
}

/** Depthwise convolution: `[b, h, w, c]` → `[b, ⌈h/s⌉, ⌈w/s⌉, c]`. */
export function depthwiseConvolution(
  scope: Scope,
  x: tf.Tensor4D,
  { kernel, name, ...window }: WindowOptions & { readonly kernel: number; readonly name: string },
): tf.Tensor4D {
  const shape = [kernel, kernel, x.shape[3], 1];
  const filter = scope.variable(name, shape, depthwiseUniform, { outputAxis: 2 }) as tf.Tensor4D;
  return scope.observed(depthwiseConv2d(x, filter, window));
}

/**
 * Dropout: `x · mask / keep`, each element kept with the probability `keep`; off without a seed.
 */
export function dropout(scope: Scope, x: tf.Tensor4D, keep: number): tf.Tensor4D {
  const seed = scope.training ? scope.seed('dropout') : undefined;
  if (!seed || keep >= 1) {
    return x;
  }
  const mask = tf.floor(tf.add(replicaUniform(x.shape, seed), keep));
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
  const mask = tf.floor(tf.add(replicaUniform([x.shape[0], 1, 1, 1], seed), keep));
  return tf.mul<tf.Tensor4D>(x, tf.div(mask, keep));
}
