/** Depthwise-separable convolutions, 3×3 and 5×5. */
import type * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from '../../nn/batch-norm.js';
import { fanInUniform } from '../../nn/initializers.js';
import { convolution, depthwiseConvolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { conv2d } from '../../ops/conv2d.js';
import { relu } from '../../ops/relu.js';
import { outputPixels, separableCost, sumOfCosts } from './cost.js';
import type { FusedForm } from './fused.js';
import type { Operation } from './operation.js';
import { relaxedNorm } from './relaxed.js';

/** Pointwise convolution of each consumer's channels with weights of its own. */
function groupedPointwise(scope: Scope, x: tf.Tensor4D, name: string, filters: number) {
  const shape = [1, 1, filters, x.shape[3]];
  return conv2d(x, scope.variable(name, shape, fanInUniform) as tf.Tensor4D);
}

function fusedSeparable(kernel: number): FusedForm {
  return {
    kind: 'wide',
    apply: (scope, { x, repeated }, weight, options) => {
      const filters = x.shape[3];
      let y = depthwiseConvolution(scope, repeated, { kernel, name: 'depthwise1' });
      y = groupedPointwise(scope, y, 'pointwise1', filters);
      y = relu(relaxedNorm(scope.child('bn1'), y, options));
      y = depthwiseConvolution(scope, y, { kernel, name: 'depthwise2' });
      y = groupedPointwise(scope, y, 'pointwise2', filters);
      return relaxedNorm(scope.child('bn2'), y, options, weight);
    },
  };
}

/**
 * (ReLU, depthwise k×k, pointwise 1×1, batch norm) twice; a stride is in the first.
 *
 * Source: Auto-DeepLab §3.1; DARTS and the authors' code for the two rounds.
 */
function separableConv(kernel: number, color: string): Operation {
  const size = `${kernel}x${kernel}`;
  const round = (scope: Scope, x: tf.Tensor4D, part: number, stride: number) => {
    const y = depthwiseConvolution(scope, relu(x), { kernel, stride, name: `depthwise${part}` });
    return convolution(scope, y, { filters: x.shape[3], kernel: 1, name: `pointwise${part}` });
  };
  return {
    name: `sep_conv_${size}`,
    label: `separable conv ${size}`,
    shortLabel: `sep ${kernel}×${kernel}`,
    color,
    family: 'convolution',
    relaxed: (scope, x, options) => {
      const y = relaxedNorm(scope.child('bn1'), round(scope, x, 1, 1), options);
      return relaxedNorm(scope.child('bn2'), round(scope, y, 2, 1), options);
    },
    fused: fusedSeparable(kernel),
    derived: (scope, x, { stride, norm }) => {
      const y = batchNorm(scope.child('bn1'), round(scope, x, 1, stride), norm);
      return batchNorm(scope.child('bn2'), round(scope, y, 2, 1), norm);
    },
    cost: (place) => {
      const each = separableCost(kernel, place.channels, outputPixels(place));
      return sumOfCosts([each, each]);
    },
  };
}

/** 3×3 depthwise-separable convolution. */
export const separableConv3x3 = separableConv(3, '#56b4e9');

/** 5×5 depthwise-separable convolution. */
export const separableConv5x5 = separableConv(5, '#0072b2');
