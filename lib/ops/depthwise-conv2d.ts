/** Depthwise convolution with stride or atrous rate. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import type { ConvAttributes, ConvGradientAttributes } from './conv-attributes.js';
import { defineConvKernels } from './conv-family.js';
import {
  depthwiseFilterGradientOnWasm,
  depthwiseInputGradientOnWasm,
  depthwiseOnWasm,
} from './depthwise-conv2d-wasm.js';
import {
  checkImageRank,
  checkWindow,
  padForWindow,
  sidePadding,
  type WindowOptions,
} from './geometry.js';
import { runKernel } from './kernel.js';
import type { NativeCall } from './native-call.js';
import { hasNativeKernel } from './native-kernels.js';

/** Whether our own kernel computes the filter gradient: at stride 1, rate 1, the size of the image unchanged. */
export function hasFastFilterGradient(attributes: ConvGradientAttributes): boolean {
  const { shape, stride, rate, padding } = attributes;
  const applies = stride === 1 && rate === 1 && padding === 'same' && [3, 5, 7].includes(shape[0]);
  return applies && hasNativeKernel('AdlDepthwiseFilterGradient');
}

/** Our own kernel, where it applies. */
function fastFilterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  attributes: ConvGradientAttributes,
): NativeCall | undefined {
  return hasFastFilterGradient(attributes)
    ? {
        operation: 'AdlDepthwiseFilterGradient',
        inputs: [x, dy],
        attributes: { kernel: { kind: 'int', value: attributes.shape[0] } },
      }
    : undefined;
}

const kernels = defineConvKernels({
  name: 'AdlDepthwiseConv2D',
  operation: 'DepthwiseConv2dNative',
  filters: ([, , channels]) => channels,
  forwardOnWasm: depthwiseOnWasm,
  inputGradientOnWasm: depthwiseInputGradientOnWasm,
  filterGradientOnWasm: depthwiseFilterGradientOnWasm,
  fastFilterGradient,
});

/** The kernels of this file, for registration. */
export const depthwiseKernels = [kernels.forward, kernels.inputGradient, kernels.filterGradient];

/**
 * Depthwise convolution: one filter per channel, multiplier 1.
 *
 *     y[i, j, c] = Σ_{a, b} x[s·i + r·a − p, s·j + r·b − p, c] · filter[a, b, c, 0], p = r·(k − 1)/2
 *
 * @param x - `[batch, height, width, channels]`
 * @param filter - `[kernel, kernel, channels, 1]`, kernel odd
 * @returns `[batch, ⌈height/s⌉, ⌈width/s⌉, channels]`; the caller disposes it
 * @throws {@link ShapeError} if the channels differ, or stride or rate is not usable
 */
export function depthwiseConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride = 1, rate = 1 }: WindowOptions = {},
): tf.Tensor4D {
  checkImageRank('depthwiseConv2d', x);
  const [kernel, , channels, multiplier] = filter.shape;
  checkWindow('depthwiseConv2d', kernel, stride, rate);
  if (channels !== x.shape[3] || multiplier !== 1) {
    throw new ShapeError(
      `depthwiseConv2d: expected a filter [k, k, ${x.shape[3]}, 1], got [${filter.shape.join(', ')}]`,
    );
  }
  if (rate > 1) {
    const dense = atrousDepthwise(x, filter, rate);
    return stride === 1 ? dense : subsample(dense, stride);
  }
  const { image, padding } = padForWindow(x, kernel, { stride });
  return runKernel(
    kernels.forward,
    { x: image, filter },
    { stride, rate, padding },
  )[0] as tf.Tensor4D;
}

/**
 * Depthwise convolution with an atrous rate, by convolving each of the rate² interleaved images.
 *
 * TensorFlow's own depthwise gradients ignore the rate on CPU.
 */
function atrousDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, rate: number): tf.Tensor4D {
  const [, height, width] = x.shape;
  const pad = sidePadding(filter.shape[0], rate);
  const after = (size: number) => pad + ((rate - ((size + 2 * pad) % rate)) % rate);
  const paddings = [
    [pad, after(height)],
    [pad, after(width)],
  ];
  const split = tf.spaceToBatchND(x, [rate, rate], paddings);
  const attributes: ConvAttributes = { stride: 1, rate: 1, padding: 'valid' };
  const [y] = runKernel(kernels.forward, { x: split, filter }, attributes);
  const joined = tf.batchToSpaceND(
    y,
    [rate, rate],
    [
      [0, after(height) - pad],
      [0, after(width) - pad],
    ],
  );
  return joined as tf.Tensor4D;
}

/** Every `stride`-th pixel in both directions, starting with the first. */
export function subsample(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  return depthwiseConv2d(x, tf.ones([1, 1, x.shape[3], 1]), { stride });
}
