/**
 * Convolution with stride or atrous rate, dense or grouped.
 *
 * tfjs refuses the gradient of a dilated convolution and has no grouped one; the kernels here
 * cover both on the native and the wasm backend.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { convFilterGradientOnWasm, convInputGradientOnWasm, convOnWasm } from './conv2d-wasm.js';
import { defineConvKernels } from './conv-family.js';
import { subsample } from './depthwise-conv2d.js';
import { checkImageRank, checkWindow, padForWindow, type WindowOptions } from './geometry.js';
import { runKernel } from './kernel.js';

const kernels = defineConvKernels({
  name: 'AdlConv2D',
  operation: 'Conv2D',
  filters: ([, , , filters]) => filters,
  forwardOnWasm: convOnWasm,
  inputGradientOnWasm: convInputGradientOnWasm,
  filterGradientOnWasm: convFilterGradientOnWasm,
});

/** The kernels of this file, for registration. */
export const convKernels = [kernels.forward, kernels.inputGradient, kernels.filterGradient];

/**
 * Convolution of an image with a filter bank; symmetric padding keeps pixel 0 at pixel 0.
 *
 *     y[i, j, o] = Σ_{a, b, c} x[s·i + r·a − p, s·j + r·b − p, c] · filter[a, b, c, o],
 *     p = r·(k − 1)/2, output size ⌈size / s⌉
 *
 * A filter with fewer input channels than `x` is a grouped convolution: with G = channels / filter
 * channels, the g-th part of the outputs sees the g-th part of the channels.
 *
 * @param x - `[batch, height, width, channels]`
 * @param filter - `[kernel, kernel, channels / G, filters]`, kernel odd
 * @returns `[batch, ⌈height/s⌉, ⌈width/s⌉, filters]`; the caller disposes it
 * @throws {@link ShapeError} if the channels do not divide evenly, or stride or rate is not usable
 */
export function conv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride = 1, rate = 1 }: WindowOptions = {},
): tf.Tensor4D {
  checkImageRank('conv2d', x);
  const [kernel, , inputs, filters] = filter.shape;
  checkWindow('conv2d', kernel, stride, rate);
  if (x.shape[3] % inputs !== 0 || filters % (x.shape[3] / inputs) !== 0) {
    throw new ShapeError(
      `conv2d: expected the ${inputs} input channels of the filter to divide the ${x.shape[3]} ` +
        `channels of x, and the groups to divide the ${filters} filters`,
    );
  }
  if (stride > 1 && rate > 1) {
    return subsample(conv2d(x, filter, { rate }), stride);
  }
  const { image, padding } = padForWindow(x, kernel, { stride, rate });
  return runKernel(
    kernels.forward,
    { x: image, filter },
    { stride, rate, padding },
  )[0] as tf.Tensor4D;
}
