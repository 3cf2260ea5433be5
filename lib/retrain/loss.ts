/** What a retraining minimises. */
import * as tf from '@tensorflow/tfjs-core';
import { pixelCrossEntropy } from '../ops/cross-entropy.js';
import { ofEachReplica } from '../runtime/replicas.js';
import { tensorOf, type NamedTensors } from '../tensors.js';
import { diceLoss } from './dice.js';
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
  /** λ, the weight of the Dice term; 0 by default. */
  readonly diceWeight?: number;
}

/** The cross-entropy of a batch as its sums, over its hardest pixels if asked for. */
function crossEntropySums(
  { classWeights, minesHardPixels }: LossOptions,
  ...[logits, labels, inputs]: Parameters<TrainingLoss>
): LossSums {
  const { losses, weights } = pixelCrossEntropy(logits, labels, { classWeights });
  if (!minesHardPixels) {
    return { total: tf.sum(losses), weight: tf.sum(weights) };
  }
  const count = tensorOf(inputs, 'hardPixels', 'trainingLoss') as tf.Scalar;
  const shares = hardPixels(losses, count);
  return { total: tf.sum(tf.mul(losses, shares)), weight: tf.sum(tf.mul(weights, shares)) };
}

/**
 * The cross-entropy of a batch, over its hardest pixels if asked for, and its Dice term.
 *
 *     loss = Σ_p m_p · l_p / Σ_p m_p · w_{y_p} + λ · D,  l_p = −w_{y_p} · log softmax(logits[p])[y_p]
 *
 * with w the weights of the classes, m the share that `hardPixels` gives the pixels, else 1, and
 * D the term of `diceLoss`. Over micro-batches, D is their mean, weighted as the cross-entropy is.
 *
 * Over replicas, the sums are those of all their pixels, with the hardest of each replica's own and the mean
 * of their D, weighted alike.
 */
export function trainingLoss(options: LossOptions = {}): TrainingLoss {
  const { diceWeight = 0 } = options;
  const ofPart: TrainingLoss = (logits, labels, inputs) => {
    const sums = crossEntropySums(options, logits, labels, inputs);
    if (diceWeight === 0) {
      return sums;
    }
    const { total, weight } = sums;
    const dice = tf.mul(diceLoss(logits, labels), tf.scalar(diceWeight));
    return { total: tf.add(total, tf.mul(dice, weight)), weight };
  };
  return (logits, labels, inputs) =>
    ofEachReplica([logits, labels] as const, (scores, targets) => ({
      ...ofPart(scores, targets, inputs),
    }));
}
