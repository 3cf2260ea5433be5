/** Average pooling over 3×3 windows, stride 1 or 2. */
import * as tf from '@tensorflow/tfjs-core';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { depthwiseInputGradientOnWasm, depthwiseOnWasm } from './depthwise-conv2d-wasm.js';
import { checkImageRank, isAligned, outputSize, type WindowOptions } from './geometry.js';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';
import { floatType, type NativeAttribute } from './native-call.js';

const WINDOW = 3;

/** Attributes of the average-pool kernels; their padding is TensorFlow's `SAME`. */
export interface AvgPoolAttributes {
  readonly stride: number;
}

/** Attributes of the gradient kernel: those of the pool, and the shape of the result. */
export interface AvgPoolGradientAttributes extends AvgPoolAttributes {
  readonly shape: readonly number[];
}

function nativeAttributes({ stride }: AvgPoolAttributes): Record<string, NativeAttribute> {
  return {
    T: floatType,
    ksize: { kind: 'int', value: [1, WINDOW, WINDOW, 1] },
    strides: { kind: 'int', value: [1, stride, stride, 1] },
    padding: { kind: 'string', value: 'SAME' },
    data_format: { kind: 'string', value: 'NHWC' },
  };
}

function onesFilter(channels: number): tf.Tensor4D {
  return tf.ones([WINDOW, WINDOW, channels, 1]);
}

const avgPoolGradient: KernelDefinition<AvgPoolGradientAttributes> = {
  name: 'AdlAvgPoolGradient',
  attributes: ['stride', 'shape'],
  shape: (_, { shape }) => [{ shape, dtype: 'float32' }],
  native: ({ dy }, attributes) => ({
    operation: 'AvgPoolGrad',
    inputs: [attributes.shape, dy],
    attributes: nativeAttributes(attributes),
  }),
  wasm: ({ dy }, { stride, shape }) => {
    const [, height, width, channels] = shape;
    const share = tf.mul<tf.Tensor4D>(dy, inverseCounts(height, width, stride));
    const attributes = { stride, rate: 1, padding: 'same' as const, shape };
    return depthwiseInputGradientOnWasm(onesFilter(channels), share, attributes);
  },
};

const avgPool: KernelDefinition<AvgPoolAttributes> = {
  name: 'AdlAvgPool',
  attributes: ['stride'],
  shape: ({ x }, { stride }) => {
    const [batch, height, width, channels] = sizes(x);
    const shape = [batch, outputSize(height, stride), outputSize(width, stride), channels];
    return [{ shape, dtype: 'float32' }];
  },
  native: ({ x }, attributes) => ({
    operation: 'AvgPool',
    inputs: [x],
    attributes: nativeAttributes(attributes),
  }),
  wasm: ({ x }, { stride }) => {
    const [, height, width, channels] = sizes(x);
    const attributes = { stride, rate: 1, padding: 'same' as const };
    const sum = depthwiseOnWasm(x as tf.Tensor4D, onesFilter(channels), attributes);
    return tf.mul(sum, inverseCounts(height, width, stride));
  },
  gradient: {
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => {
      const attributes = { ...(attrs as unknown as AvgPoolAttributes), shape: x.shape };
      return { x: () => runKernel(avgPoolGradient, { dy: dy as tf.Tensor }, attributes)[0] };
    },
  },
};

/** The kernels of this file, for registration. */
export const avgPoolKernels = [avgPool, avgPoolGradient];

/** How many of a window's pixels lie inside the image, per output along one direction. */
function pixelsInside(size: number, stride: number): number[] {
  const outputs = Math.ceil(size / stride);
  return Array.from({ length: outputs }, (_, i) => {
    const first = Math.max(i * stride - 1, 0);
    const last = Math.min(i * stride + 1, size - 1);
    return last - first + 1;
  });
}

/** One over the number of pixels that each output averages, `[1, height, width, 1]`. */
function inverseCounts(height: number, width: number, stride: number): tf.Tensor4D {
  const rows = pixelsInside(height, stride);
  const columns = pixelsInside(width, stride);
  const values = rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
  return tf.tensor4d(values, [1, rows.length, columns.length, 1]);
}

/**
 * Average over 3×3 windows; pixels outside the image are neither summed nor counted.
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]`; the caller disposes it
 */
export function avgPool3x3(x: tf.Tensor4D, { stride = 1 }: WindowOptions = {}): tf.Tensor4D {
  checkImageRank('avgPool3x3', x);
  const [, height, width, channels] = x.shape;
  if (isAligned(height, stride) && isAligned(width, stride)) {
    return runKernel(avgPool, { x }, { stride })[0] as tf.Tensor4D;
  }
  const sum = depthwiseConv2d(x, onesFilter(channels), { stride });
  return tf.mul<tf.Tensor4D>(sum, inverseCounts(height, width, stride));
}
