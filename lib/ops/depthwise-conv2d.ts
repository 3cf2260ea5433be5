/** Depthwise convolution with stride or atrous rate, and its two gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import {
  convNativeAttributes,
  convOutputSize,
  type ConvAttributes,
  type ConvGradientAttributes,
} from './conv-attributes.js';
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
import { runKernel, sizes, type KernelDefinition } from './kernel.js';

const filterGradient: KernelDefinition<ConvGradientAttributes> = {
  name: 'AdlDepthwiseFilterGradient',
  shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
  native: ({ x, dy }, attributes) => ({
    operation: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: [x, attributes.shape, dy],
    attributes: convNativeAttributes(attributes),
  }),
  wasm: ({ x, dy }, attributes) =>
    depthwiseFilterGradientOnWasm(x as tf.Tensor4D, dy as tf.Tensor4D, attributes),
};

const inputGradient: KernelDefinition<ConvGradientAttributes> = {
  name: 'AdlDepthwiseInputGradient',
  shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
  native: ({ filter, dy }, attributes) => ({
    operation: 'DepthwiseConv2dNativeBackpropInput',
    inputs: [attributes.shape, filter, dy],
    attributes: convNativeAttributes(attributes),
  }),
  wasm: ({ filter, dy }, attributes) =>
    depthwiseInputGradientOnWasm(filter as tf.Tensor4D, dy as tf.Tensor4D, attributes),
};

const forward: KernelDefinition<ConvAttributes> = {
  name: 'AdlDepthwiseConv2D',
  shape: ({ x, filter }, attributes) => [
    {
      shape: [
        sizes(x)[0],
        convOutputSize(sizes(x)[1], sizes(filter)[0], attributes),
        convOutputSize(sizes(x)[2], sizes(filter)[1], attributes),
        sizes(filter)[2],
      ],
      dtype: 'float32',
    },
  ],
  native: ({ x, filter }, attributes) => ({
    operation: 'DepthwiseConv2dNative',
    inputs: [x, filter],
    attributes: convNativeAttributes(attributes),
  }),
  wasm: ({ x, filter }, attributes) =>
    depthwiseOnWasm(x as tf.Tensor4D, filter as tf.Tensor4D, attributes),
  gradient: {
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attrs) => {
      const attributes = attrs as unknown as ConvAttributes;
      const cotangent = dy as tf.Tensor;
      return {
        x: () =>
          runKernel(inputGradient, { filter, dy: cotangent }, { ...attributes, shape: x.shape })[0],
        filter: () =>
          runKernel(
            filterGradient,
            { x, dy: cotangent },
            { ...attributes, shape: filter.shape },
          )[0],
      };
    },
  },
};

/** The kernels of this file, for registration. */
export const depthwiseKernels = [forward, inputGradient, filterGradient];

/**
 * Depthwise convolution: every channel with a filter of its own, multiplier 1.
 *
 *     y[i, j, c] = Σ_{a, b} x[s·i + r·a − p, s·j + r·b − p, c] · filter[a, b, c, 0], p = r·(k − 1)/2
 *
 * @param x - `[batch, height, width, channels]`
 * @param filter - `[kernel, kernel, channels, 1]`, kernel odd
 * @returns `[batch, ⌈height/s⌉, ⌈width/s⌉, channels]`; the caller disposes it
 * @throws {@link ShapeError} if the channels differ, or stride and rate are not usable
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
  return runKernel(forward, { x: image, filter }, { stride, rate, padding })[0] as tf.Tensor4D;
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
  const [y] = runKernel(forward, { x: split, filter }, attributes);
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

/** Every `stride`-th pixel in both directions, beginning with the first. */
export function subsample(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  return depthwiseConv2d(x, tf.ones([1, 1, x.shape[3], 1]), { stride });
}
