/** What a retraining minimises. */
import * as tf from '@tensorflow/tfjs-core';
import { pixelCrossEntropy } from '../ops/cross-entropy.js';
import { tensorOf, type NamedTensors } from '../tensors.js';
import { hardPixels } from './hard-pixels.js';

/** A mean over pixels as two scalars: loss = total / weight, 0 if the weight is 0. */
export interface LossSums {
  readonly total: tf.Scalar;
  readonly weight: tf.Scalar;
}

/**
 * A loss of the scores of a batch.
 *
 * @param logits - `[batch, height, width, classes]`
 * @param labels - int32 `[batch, height, width]`
 * @param inputs - those of the step
 */
export type TrainingLoss = (
  logits: tf.Tensor4D,
  labels: tf.Tensor3D,
  inputs: NamedTensors,
) => LossSums;

/** What the loss of a retraining follows from. */
export interface LossOptions {
  /** A weight per class; 1 each if absent. */
  readonly classWeights?: readonly number[] | undefined;
  /** Whether only the pixels with the largest losses count; `inputs.hardPixels` says how many. */
  readonly minesHardPixels?: boolean;
}

/**
 * The cross-entropy of a batch, over its hardest pixels if asked for.
 *
 *     loss = Σ_p m_p · l_p / Σ_p m_p · w_{y_p},  l_p = −w_{y_p} · log softmax(logits[p])[y_p]
 *
 * with w the weights of the classes and m the share that {@link hardPixels} gives the pixels, else 1.
 */
export function trainingLoss({ classWeights, minesHardPixels }: LossOptions = {}): TrainingLoss {
  return (logits, labels, inputs) => {
    const { losses, weights } = pixelCrossEntropy(logits, labels, { classWeights });
    if (!minesHardPixels) {
      return { total: tf.sum(losses), weight: tf.sum(weights) };
    }
    const count = tensorOf(inputs, 'hardPixels', 'trainingLoss') as tf.Scalar;
    const shares = hardPixels(losses, count);
    return { total: tf.sum(tf.mul(losses, shares)), weight: tf.sum(tf.mul(weights, shares)) };
  };
}
