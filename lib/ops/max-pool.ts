/** Maximum pooling over 3×3 windows, stride 1 or 2. */
import * as tf from '@tensorflow/tfjs-core';
import { convOutputSize, type ConvAttributes } from './conv-attributes.js';
import { checkImageRank, padForWindow, type WindowOptions } from './geometry.js';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';
import { floatType, type NativeAttribute } from './native-call.js';

const WINDOW = 3;

/** Attributes of the max-pool kernels. */
export type MaxPoolAttributes = Omit<ConvAttributes, 'rate'>;

function nativeAttributes({ stride, padding }: MaxPoolAttributes): Record<string, NativeAttribute> {
  return {
    T: floatType,
    ksize: { kind: 'int', value: [1, WINDOW, WINDOW, 1] },
    strides: { kind: 'int', value: [1, stride, stride, 1] },
    padding: { kind: 'string', value: padding.toUpperCase() },
    data_format: { kind: 'string', value: 'NHWC' },
  };
}

const gradient: KernelDefinition<MaxPoolAttributes> = {
  name: 'AdlMaxPoolGradient',
  attributes: ['stride', 'padding'],
  shape: ({ x }) => [{ shape: sizes(x), dtype: 'float32' }],
  native: ({ x, y, dy }, attributes) => ({
    operation: 'MaxPoolGrad',
    inputs: [x, y, dy],
    attributes: nativeAttributes(attributes),
  }),
  wasm: ({ x, dy }, attributes) => gradientInJavaScript(x, dy, attributes),
};

const forward: KernelDefinition<MaxPoolAttributes> = {
  name: 'AdlMaxPool',
  attributes: ['stride', 'padding'],
  shape: ({ x }, attributes) => {
    const [batch, height, width, channels] = sizes(x);
    const output = (size: number) => convOutputSize(size, WINDOW, { ...attributes, rate: 1 });
    return [{ shape: [batch, output(height), output(width), channels], dtype: 'float32' }];
  },
  native: ({ x }, attributes) => ({
    operation: 'MaxPool',
    inputs: [x],
    attributes: nativeAttributes(attributes),
  }),
  wasm: ({ x }, { stride, padding }) => tf.maxPool(x as tf.Tensor4D, WINDOW, stride, padding),
  gradient: {
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () =>
        runKernel(
          gradient,
          { x, y, dy: dy as tf.Tensor },
          attrs as unknown as MaxPoolAttributes,
        )[0],
    }),
  },
};

/** The kernels of this file, for registration. */
export const maxPoolKernels = [forward, gradient];

/** Passes each output's gradient to the largest pixel of its window; to the first of equal ones. */
function gradientInJavaScript(
  x: tf.Tensor,
  dy: tf.Tensor,
  { stride, padding }: MaxPoolAttributes,
): tf.Tensor {
  const [batch, height, width, channels] = sizes(x);
  const [, rows, columns] = sizes(dy);
  const values = x.dataSync<'float32'>();
  const cotangent = dy.dataSync<'float32'>();
  const dx = new Float32Array(values.length);
  const before = padding === 'same' ? 1 : 0;
  const at = (n: number, i: number, j: number) => ((n * height + i) * width + j) * channels;
  let output = 0;
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < rows; row++) {
      const top = row * stride - before;
      for (let column = 0; column < columns; column++) {
        const left = column * stride - before;
        for (let c = 0; c < channels; c++, output++) {
          let best = -1;
          for (let i = Math.max(top, 0); i < Math.min(top + WINDOW, height); i++) {
            for (let j = Math.max(left, 0); j < Math.min(left + WINDOW, width); j++) {
              const index = at(n, i, j) + c;
              if (best < 0 || values[index] > values[best]) {
                best = index;
              }
            }
          }
          dx[best] += cotangent[output];
        }
      }
    }
  }
  return tf.tensor(dx, x.shape);
}

/**
 * Maximum over 3×3 windows; pixels outside the image do not count.
 *
 * @param x - `[batch, height, width, channels]`
 * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]`; the caller disposes it
 */
export function maxPool3x3(x: tf.Tensor4D, { stride = 1 }: WindowOptions = {}): tf.Tensor4D {
  checkImageRank('maxPool3x3', x);
  const { image, padding } = padForWindow(x, WINDOW, { stride }, -Infinity);
  return runKernel(forward, { x: image }, { stride, padding })[0] as tf.Tensor4D;
}
