/** Depthwise convolution and its gradients from operations that the wasm backend has. */
import * as tf from '@tensorflow/tfjs-core';
import { tapView } from './conv2d-wasm.js';
import type { ConvAttributes, ConvGradientAttributes } from './conv-attributes.js';
import { padSides, sidePadding } from './geometry.js';

/** Depthwise convolution on wasm. */
export function depthwiseOnWasm(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, rate, padding }: ConvAttributes,
): tf.Tensor4D {
  return tf.depthwiseConv2d(x, filter, stride, padding, 'NHWC', rate);
}

/** Appends (stride − 1) · size zeros along the last axis. */
function withZeros(x: tf.Tensor3D, stride: number): tf.Tensor3D {
  return tf.pad3d(x, [[0, 0], [0, 0], [0, (stride - 1) * x.shape[2]]]); // oxfmt-ignore
}

/** Puts zeros after each row and column of `x`, so that a strided gradient becomes a plain one. */
function spreadByStride(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const columns = tf.reshape<tf.Rank.R3>(x, [batch * height, width, channels]);
  const wide = withZeros(columns, stride);
  const rows = tf.reshape<tf.Rank.R3>(wide, [batch, height, stride * width * channels]);
  const tall = withZeros(rows, stride);
  return tf.reshape(tall, [batch, stride * height, stride * width, channels]);
}

/**
 * Gradient of a depthwise convolution in its input, on wasm.
 *
 *     dx = correlation of dy, spread by the stride, with the filter turned by 180°
 */
export function depthwiseInputGradientOnWasm(
  filter: tf.Tensor4D,
  dy: tf.Tensor4D,
  { stride, rate, padding, shape }: ConvGradientAttributes,
): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const kernel = filter.shape[0];
  const spread = stride === 1 ? dy : spreadByStride(dy, stride);
  const before = rate * (kernel - 1) - (padding === 'same' ? sidePadding(kernel, rate) : 0);
  // Position t of dx sees dy from t − before on; what lies outside counts as zero.
  const needed = (size: number) => size + rate * (kernel - 1);
  const cropped = tf.slice(
    spread,
    [0, 0, 0, 0],
    [
      batch,
      Math.min(spread.shape[1], needed(height) - before),
      Math.min(spread.shape[2], needed(width) - before),
      channels,
    ],
  );
  const padded = tf.pad4d(cropped, [
    [0, 0],
    [before, needed(height) - before - cropped.shape[1]],
    [before, needed(width) - before - cropped.shape[2]],
    [0, 0],
  ]);
  return tf.depthwiseConv2d(padded, tf.reverse(filter, [0, 1]), 1, 'valid', 'NHWC', rate);
}

/** Gradient of a depthwise convolution in its filter, on wasm. */
export function depthwiseFilterGradientOnWasm(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { stride, rate, padding, shape }: ConvGradientAttributes,
): tf.Tensor4D {
  const kernel = shape[0];
  const [, height, width, channels] = dy.shape;
  const padded = padding === 'same' ? padSides(x, sidePadding(kernel, rate)) : x;
  const taps: tf.Tensor1D[] = [];
  for (let a = 0; a < kernel; a++) {
    for (let b = 0; b < kernel; b++) {
      const seen = tapView(padded, a * rate, b * rate, height, width, stride);
      taps.push(tf.sum(tf.mul(seen, dy), [0, 1, 2]));
    }
  }
  return tf.reshape(tf.stack(taps), [kernel, kernel, channels, 1]);
}
