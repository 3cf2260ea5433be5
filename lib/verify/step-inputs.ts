/** Batches whose values follow from names, and the inputs of steps made of them. */
import * as tf from '@tensorflow/tfjs-core';
import { TRAIN_BATCH } from '../optimizer/bilevel.js';
import type { SearchConfig } from '../search/options.js';
import { withPrefix, type NamedTensors } from '../tensors.js';
import { fillImage, fillLabels } from './fill.js';

/** Images and label maps as inputs of a step. */
export function searchBatch(image: tf.Tensor, labels: tf.Tensor): NamedTensors {
  return { image, labels };
}

/** A batch that follows from its name. */
export function namedBatch(
  name: string,
  { batchSize, size, classes }: { batchSize: number; size: number; classes: number },
): NamedTensors {
  const shape = [batchSize, size, size];
  return searchBatch(
    tf.tensor(fillImage(name, [...shape, 3]), [...shape, 3]),
    tf.tensor(fillLabels(`${name}/labels`, shape, classes), shape, 'int32'),
  );
}

/** The inputs of the two steps of a search from its batches of half A and of half B. */
export function searchInputs(
  { learningRate, architectureLearningRate }: SearchConfig,
  a: NamedTensors,
  b: NamedTensors,
): Record<'weights' | 'architecture', NamedTensors> {
  const rate = tf.scalar(learningRate);
  return {
    weights: { ...a, learningRate: rate },
    architecture: {
      ...b,
      ...withPrefix(TRAIN_BATCH, a),
      learningRate: rate,
      architectureLearningRate: tf.scalar(architectureLearningRate),
    },
  };
}
