/** The DeepLab decoder: joins the encoder's output with a low-level feature, down to class scores. */
import * as tf from '@tensorflow/tfjs-core';
import { constant, truncatedNormal } from '../nn/initializers.js';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import { convolution } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';
import { resizeBilinear } from '../ops/resize.js';
import { convNormRelu } from '../nn/conv-norm.js';
import { tidyAtInference } from '../nn/tidy.js';

/** Filters of the low-level feature. Source: the authors' code. */
export const LOW_LEVEL_FILTERS = 48;

/**
 * The cell whose output is the DeepLab decoder's low-level feature: the last of the first unbroken run of
 * cells at stride 4. Undefined if no cell is at stride 4: then it is the stem's output.
 *
 * Source: the authors' code takes the third cell (`Cell_2`), which this rule gives for the published
 * path. Assumption: the paper is silent on other paths; of the stride-4 tensors before the network
 * first goes down, this is the last.
 *
 * @param path - one level per cell
 * @returns the cell's index, from 0
 */
export function lowLevelCell(path: readonly number[]): number | undefined {
  const first = path.indexOf(0);
  if (first < 0) {
    return undefined;
  }
  const length = path.slice(first).findIndex((level) => level !== 0);
  return length < 0 ? path.length - 1 : first + length - 1;
}

/** What the DeepLab decoder reads. */
export interface DeeplabDecoderInputs {
  /** Output of the ASPP, `[batch, h, w, filters]`. */
  readonly encoded: tf.Tensor4D;
  /** A feature at stride 4, not activated, `[batch, h', w', channels]`. */
  readonly lowLevel: tf.Tensor4D;
  /** Height and width at which the two are joined: the input's size over 4. */
  readonly size: readonly [number, number];
}

/** Settings of the DeepLab decoder. */
export interface DeeplabDecoderOptions {
  readonly classes: number;
  /** Filters of the two 3×3 convolutions. */
  readonly filters: number;
  readonly norm: BatchNormOptions;
}

/** The low-level feature at 48 filters, activated; the size stays. */
export function lowLevelFeature(
  scope: Scope,
  lowLevel: tf.Tensor4D,
  norm: BatchNormOptions,
): tf.Tensor4D {
  return convNormRelu(scope.child('low_level'), lowLevel, { filters: LOW_LEVEL_FILTERS, norm });
}

/** Class scores from the ASPP's output and what {@link lowLevelFeature} gives, of any sizes. */
export function classScores(
  scope: Scope,
  [encoded, detail]: readonly [encoded: tf.Tensor4D, detail: tf.Tensor4D],
  size: readonly [number, number],
  { classes, filters, norm }: DeeplabDecoderOptions,
): tf.Tensor4D {
  const layer = (name: string, x: tf.Tensor4D) =>
    convNormRelu(scope.child(name), x, { filters, kernel: 3, norm });
  const joined = tf.concat([resizeBilinear(encoded, size), resizeBilinear(detail, size)], 3);
  const features = layer('conv2', layer('conv1', joined));
  const place = scope.child('logits');
  const initializer = truncatedNormal(0.01);
  const weights = { classAxis: 3 };
  const scores = convolution(place, features, {
    filters: classes,
    kernel: 1,
    initializer,
    weights,
  });
  const details = { decay: false, learningRateScale: 2, classAxis: 0 };
  return tf.add(scores, place.variable('bias', [classes], constant(0), details));
}

/**
 * DeepLabv3+ decoder: the low-level feature at 48 filters and the ASPP's output, joined at stride 4,
 * then two 3×3 convolutions and the classifier.
 *
 * The classifier's bias learns at twice the rate and is not decayed.
 *
 * Source: Auto-DeepLab §5.2; the authors' code for the numbers.
 *
 * @returns class scores, `[batch, ...size, classes]`
 */
export function deeplabDecoder(
  scope: Scope,
  { encoded, lowLevel, size }: DeeplabDecoderInputs,
  options: DeeplabDecoderOptions,
): tf.Tensor4D {
  return tidyAtInference(scope, () => {
    const detail = lowLevelFeature(scope, lowLevel, options.norm);
    return classScores(scope, [encoded, detail], size, options);
  });
}
