/** The candidate operations in the form that the found network has. */
import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  convolution,
  depthwiseConvolution,
  type BatchNormOptions,
} from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { avgPool3x3 } from '../ops/avg-pool.js';
import { outputSize } from '../ops/geometry.js';
import { maxPool3x3 } from '../ops/max-pool.js';
import { resizeBilinear } from '../ops/resize.js';
import type { Primitive } from '../search-space/primitives.js';
import { reluConvNorm } from '../nn/conv-norm.js';

/** What all operations of a block share. */
export interface RetrainOperationOptions {
  /** 2 where the cell halves the size and the operation reads one of the cell's inputs, else 1. */
  readonly stride: 1 | 2;
  readonly norm: BatchNormOptions;
}

/** An operation that keeps the number of channels. */
type Operation = (scope: Scope, x: tf.Tensor4D, options: RetrainOperationOptions) => tf.Tensor4D;

/** Atrous rate of the atrous operations. Source: Auto-DeepLab §3.1. */
const RATE = 2;

/** Twice ReLU, depthwise and pointwise convolution, batch norm; the stride is in the first. */
function separable(kernel: number): Operation {
  return (scope, x, { stride, norm }) =>
    [stride, 1].reduce((input, step, i) => {
      const name = (part: string) => `${part}${i + 1}`;
      const window = { kernel, stride: step, name: name('depthwise') };
      const y = depthwiseConvolution(scope, tf.relu(input), window);
      const filters = x.shape[3];
      const z = convolution(scope, y, { filters, kernel: 1, name: name('pointwise') });
      return batchNorm(scope.child(name('bn')), z, norm);
    }, x);
}

/** ReLU, dense convolution with rate 2, batch norm; for stride 2, half the size and rate 1. */
function atrous(kernel: number): Operation {
  return (scope, x, { stride, norm }) => {
    const [, height, width, filters] = x.shape;
    const activated = tf.relu(x);
    const y =
      stride === 1
        ? convolution(scope, activated, { filters, kernel, rate: RATE })
        : convolution(scope, resizeBilinear(activated, [half(height), half(width)]), {
            filters,
            kernel,
          });
    return batchNorm(scope.child('bn'), y, norm);
  };
}

/** Size behind stride 2. */
function half(size: number): number {
  return outputSize(size, 2);
}

const operations: Readonly<Record<Exclude<Primitive, 'none'>, Operation>> = {
  max_pool_3x3: (_, x, { stride }) => maxPool3x3(x, { stride }),
  avg_pool_3x3: (_, x, { stride }) => avgPool3x3(x, { stride }),
  skip_connect: (scope, x, { stride, norm }) =>
    stride === 1 ? x : reluConvNorm(scope, x, { filters: x.shape[3], stride, norm }),
  sep_conv_3x3: separable(3),
  sep_conv_5x5: separable(5),
  dil_conv_3x3: atrous(3),
  dil_conv_5x5: atrous(5),
};

/**
 * Applies a candidate operation as the found network has it.
 *
 * - `sep_conv_k`: (ReLU, depthwise k×k, pointwise 1×1, batch norm) twice, the stride in the first;
 * - `dil_conv_k`: ReLU, dense k×k convolution with rate 2, batch norm; with stride 2: ReLU, bilinear
 *   resize to half the size, dense k×k convolution with rate 1, batch norm;
 * - `skip_connect`: nothing; with stride 2: ReLU, 1×1 convolution, batch norm;
 * - pools: 3×3 with the stride, no batch norm;
 * - `none`: nothing is contributed, so there is no tensor.
 *
 * Source: the authors' code for the first two, which the published cell uses, and for skip and pools
 * (its `none` is a skip connection).
 * Assumption: the zero operation of the search space, which their code does not have, gives zero.
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]`; undefined for `none`
 */
export function retrainOperation(
  scope: Scope,
  x: tf.Tensor4D,
  primitive: Primitive,
  options: RetrainOperationOptions,
): tf.Tensor4D | undefined {
  return primitive === 'none' ? undefined : operations[primitive](scope, x, options);
}
