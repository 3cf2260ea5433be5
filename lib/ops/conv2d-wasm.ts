/**
 * Convolution and its gradients from operations that the wasm backend has.
 *
 * The parts of a grouped convolution are convolved one by one. The input gradient of a stride-1 convolution is a convolution
 * with the filter turned by 180°; that of a strided one is a kernel of its own. The filter gradient
 * is one matrix product per tap.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ConvAttributes, ConvGradientAttributes } from './conv-attributes.js';
import { padSides, sidePadding } from './geometry.js';

type GroupFunction = (x: tf.Tensor4D, filterOrGradient: tf.Tensor4D) => tf.Tensor4D;

/** Applies `f` to matching parts of the channels of both operands and joins the results. */
function byGroup(groups: number, a: tf.Tensor4D, b: tf.Tensor4D, f: GroupFunction): tf.Tensor4D {
  if (groups === 1) {
    return f(a, b);
  }
  const as: tf.Tensor4D[] = tf.split<tf.Tensor4D>(a, groups, 3);
  const bs = tf.split<tf.Tensor4D>(b, groups, 3);
  return tf.concat(
    as.map((part, g) => f(part, bs[g])),
    3,
  );
}

/** Convolution on wasm. */
export function convOnWasm(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, rate, padding }: ConvAttributes,
): tf.Tensor4D {
  return byGroup(x.shape[3] / filter.shape[2], x, filter, (part, weights) =>
    tf.conv2d<tf.Tensor4D>(part, weights, stride, padding, 'NHWC', rate),
  );
}

/** Gradient of a convolution in its input, on wasm. */
export function convInputGradientOnWasm(
  filter: tf.Tensor4D,
  dy: tf.Tensor4D,
  { stride, rate, padding, shape }: ConvGradientAttributes,
): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const [kernel, , inputs] = filter.shape;
  return byGroup(channels / inputs, dy, filter, (cotangent, weights) => {
    if (stride > 1) {
      const partShape: [number, number, number, number] = [batch, height, width, inputs];
      return tf
        .engine()
        .runKernel(
          'Conv2DBackpropInput',
          { dy: cotangent, filter: weights },
          { strides: stride, pad: padding, dataFormat: 'NHWC', inputShape: partShape },
        );
    }
    const turned = tf.transpose(tf.reverse(weights, [0, 1]), [0, 1, 3, 2]);
    const border = padding === 'same' ? 0 : rate * (kernel - 1);
    const padded = border === 0 ? cotangent : padSides(cotangent, border);
    return tf.conv2d(padded, turned, 1, padding, 'NHWC', rate);
  });
}

/** Gradient of a convolution in its filter, on wasm. */
export function convFilterGradientOnWasm(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { stride, rate, padding, shape }: ConvGradientAttributes,
): tf.Tensor4D {
  const [kernel, , inputs] = shape;
  const padded = padding === 'same' ? padSides(x, sidePadding(kernel, rate)) : x;
  return byGroup(x.shape[3] / inputs, padded, dy, (part, cotangent) => {
    const [batch, height, width, outputs] = cotangent.shape;
    const rows = tf.reshape<tf.Rank.R2>(cotangent, [-1, outputs]);
    const taps: tf.Tensor2D[] = [];
    for (let a = 0; a < kernel; a++) {
      for (let b = 0; b < kernel; b++) {
        const seen = tapView(part, a * rate, b * rate, height, width, stride);
        const pixels = tf.reshape<tf.Rank.R2>(seen, [batch * height * width, -1]);
        // Transposed first: the product with a transposed operand is three times slower on wasm.
        taps.push(tf.matMul<tf.Tensor2D>(tf.transpose(pixels), rows));
      }
    }
    return tf.reshape(tf.stack(taps), [kernel, kernel, inputs, outputs]);
  });
}

/** The pixels that one tap of a window sees: `height × width` of them, starting at (top, left). */
export function tapView(
  x: tf.Tensor4D,
  top: number,
  left: number,
  height: number,
  width: number,
  stride: number,
): tf.Tensor4D {
  const [batch, , , channels] = x.shape;
  if (stride === 1) {
    return tf.slice(x, [0, top, left, 0], [batch, height, width, channels]);
  }
  const end = [batch, top + (height - 1) * stride + 1, left + (width - 1) * stride + 1, channels];
  return tf.stridedSlice(x, [0, top, left, 0], end, [1, stride, stride, 1]) as tf.Tensor4D;
}
