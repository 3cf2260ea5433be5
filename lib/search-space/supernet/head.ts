/** The supernet's heads: one small ASPP and classifier at each level. */
import * as tf from '@tensorflow/tfjs-core';
import { constant, fanInUniform } from '../../nn/initializers.js';
import { convolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { resizeBilinear } from '../../ops/resize.js';
import { relu } from '../../ops/relu.js';
import { repeatPixel } from '../../ops/repeat.js';
import type { Size } from '../../size.js';
import { operationFilters, type SearchSpaceOptions } from '../options.js';
import { relaxedNorm } from '../operations/relaxed.js';
import { levelStride } from '../trellis.js';

/** Atrous rate of the ASPP branch at a level: 96/s = 24, 12, 6, 3. Source: Auto-DeepLab §5.1. */
export function asppRate(level: number): number {
  return Math.max(1, Math.round(96 / levelStride(level)));
}

/**
 * ASPP with three branches (1×1, 3×3 with rate 96/s, image pooling), then a classifier.
 *
 * Assumption: the image-pooling branch has no batch norm, since at the paper's batch of 2 it would
 * normalise two values. Each branch has B·F·s/4 filters (§5.1).
 *
 * @param x - the last layer's output at `level`, `[batch, height, width, channels]`
 * @returns class scores at the level's size, `[batch, height, width, classes]`
 */
export function head(
  scope: Scope,
  x: tf.Tensor4D,
  level: number,
  options: SearchSpaceOptions,
): tf.Tensor4D {
  const { blocks, filterMultiplier, bnAffine, classes, asppProjection } = options;
  const filters = blocks * operationFilters(filterMultiplier, level);
  const activated = relu(x);
  const branch = (name: string, input: tf.Tensor4D, kernel: number, rate: number) => {
    const inner = scope.child(name);
    const y = convolution(inner, input, { filters, kernel, rate });
    return relu(relaxedNorm(inner.child('bn'), y, { bnAffine: bnAffine !== 'none' }));
  };
  const pooled = tf.mean<tf.Tensor4D>(activated, [1, 2], true);
  const pooledFeatures = convolution(scope.child('pool'), pooled, { filters, kernel: 1 });
  const [, height, width] = x.shape;
  let features = tf.concat(
    [
      branch('conv1x1', activated, 1, 1),
      branch('atrous', activated, 3, asppRate(level)),
      repeatPixel(relu(pooledFeatures), [height, width]),
    ],
    3,
  );
  if (asppProjection === 'conv') {
    features = branch('projection', features, 1, 1);
  }
  const logits = scope.child('logits');
  const scores = convolution(logits, features, {
    filters: classes,
    kernel: 1,
    initializer: fanInUniform,
    weights: { classAxis: 3 },
  });
  const bias = logits.variable('bias', [classes], constant(0), { decay: false, classAxis: 0 });
  return tf.add(scores, bias);
}

/** Sum of the levels' class scores, each resized to the input's size. Source: §5.1. */
export function sumOfHeads(
  scope: Scope,
  outputs: readonly tf.Tensor4D[],
  { height, width }: Size,
  options: SearchSpaceOptions,
): tf.Tensor4D {
  const scores = outputs.map((x, level) => {
    const score = head(scope.child(`stride${levelStride(level)}`), x, level, options);
    return resizeBilinear(score, [height, width]);
  });
  return scores.length === 1 ? scores[0] : tf.addN(scores);
}
