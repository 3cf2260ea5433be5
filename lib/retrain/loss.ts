/** What a retraining minimises. */
import * as tf from '@tensorflow/tfjs-core';
import { pixelCrossEntropy } from '../ops/cross-entropy.js';
import type { NamedTensors } from '../tensors.js';

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
}

/** The cross-entropy of a batch, with the weights of the classes. */
export function trainingLoss({ classWeights }: LossOptions = {}): TrainingLoss {
  return (logits, labels) => {
    const { losses, weights } = pixelCrossEntropy(logits, labels, { classWeights });
    return { total: tf.sum(losses), weight: tf.sum(weights) };
  };
}
