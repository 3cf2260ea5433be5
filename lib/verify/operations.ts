/** The operations by the names that the reference gives their families. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../nn/apply.js';
import { avgPool3x3 } from '../ops/avg-pool.js';
import { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
import { conv2d } from '../ops/conv2d.js';
import { softmaxCrossEntropy, weightedMean } from '../ops/cross-entropy.js';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.js';
import { maxPool3x3 } from '../ops/max-pool.js';
import { relu } from '../ops/relu.js';
import { repeatChannels, repeatPixel } from '../ops/repeat.js';
import { resizeBilinear } from '../ops/resize.js';
import { trainingLoss, type LossOptions } from '../retrain/loss.js';
import { operationNamed } from '../search-space/operations/registry.js';
import type { NamedTensors } from '../tensors.js';
import type { OperationAttributes } from './reference.js';

/** An operation by the names that the reference gives its inputs and attributes. */
export type ReferredOperation = (inputs: NamedTensors, attrs: OperationAttributes) => tf.Tensor;

const image = ({ x }: NamedTensors) => x as tf.Tensor4D;

const affine = ({ gamma, beta }: NamedTensors) => ({
  scale: gamma as tf.Tensor1D | undefined,
  offset: beta as tf.Tensor1D | undefined,
});

const convolution: ReferredOperation = (inputs, { stride, rate }) =>
  conv2d(image(inputs), inputs.weights as tf.Tensor4D, { stride, rate });

/** The loss of a retraining, with all that its options add. */
function loss(inputs: NamedTensors, options: LossOptions, share = 1): tf.Tensor {
  const { x, labels } = inputs;
  const hardPixels = tf.scalar(Math.floor(share * labels.size), 'int32');
  const of = trainingLoss(options);
  const { total, weight } = of(x as tf.Tensor4D, labels as tf.Tensor3D, { hardPixels });
  return weightedMean(total, weight);
}

/** Operations of tfjs whose gradients this library corrects. */
const CORE: Readonly<Record<string, (x: tf.Tensor, z: tf.Tensor) => tf.Tensor>> = {
  maximum: (x, z) => tf.maximum(x, z),
  minimum: (x, z) => tf.minimum(x, z),
  'squared difference': (x, z) => tf.squaredDifference(x, z),
  largest: (x) => tf.max(x, 1),
  smallest: (x) => tf.min(x, -1),
  product: (x) => tf.prod(x, 1),
  'cumulated sum': (x) => tf.cumsum(x, 2),
  'resize at half pixels': (x) =>
    tf.image.resizeBilinear(
      tf.reshape<tf.Rank.R4>(x, [1, ...(x as tf.Tensor3D).shape]),
      [4, 7],
      false,
      true,
    ),
};

/** By family. */
export const OPERATIONS: Readonly<Record<string, ReferredOperation>> = {
  conv2d: convolution,
  grouped: convolution,
  depthwise: (inputs, { stride, rate }) =>
    depthwiseConv2d(image(inputs), inputs.weights as tf.Tensor4D, { stride, rate }),
  'batch-norm': (inputs, { epsilon }) =>
    batchNormTraining(image(inputs), epsilon, affine(inputs)).y,
  'group-batch-norm': (inputs, { epsilon, groups }) =>
    batchNormTraining(image(inputs), epsilon, affine(inputs), groups).y,
  'frozen-batch-norm': (inputs, { epsilon }) => {
    const mean = inputs.moving_mean as tf.Tensor1D;
    const variance = inputs.moving_variance as tf.Tensor1D;
    return batchNormInference(image(inputs), mean, variance, epsilon, affine(inputs));
  },
  pool: (inputs, { kind, stride }) =>
    (kind === 'max' ? maxPool3x3 : avgPool3x3)(image(inputs), { stride }),
  'resize-bilinear': (inputs, { size }) => resizeBilinear(image(inputs), size),
  'cross-entropy': ({ x, labels }, { scale }) =>
    softmaxCrossEntropy(tf.mul(x, scale), labels as tf.Tensor3D),
  'weighted-cross-entropy': (inputs, { classWeights }) => loss(inputs, { classWeights }),
  'hard-pixels': (inputs, { share }) => loss(inputs, { minesHardPixels: true }, share),
  dice: (inputs, { weight }) => loss(inputs, { diceWeight: weight }),
  relu: ({ x }) => relu(x),
  'repeat-channels': (inputs, { times }) => repeatChannels(image(inputs), times),
  'repeat-pixel': (inputs, { size }) => repeatPixel(image(inputs), size),
  core: ({ x, z }, { kind }) => CORE[kind](x, z),
  relaxed: (inputs, { operation }) => {
    const network = operationNamed(operation);
    const options = { bnAffine: false };
    return applyNetwork((scope, x) => network.relaxed(scope, x, options), inputs, image(inputs))
      .output;
  },
  derived: (inputs, { operation, stride }) => {
    const network = operationNamed(operation);
    const options = { stride: stride as 1 | 2, norm: { epsilon: 1e-3, momentum: 0.9 } };
    return applyNetwork((scope, x) => network.derived(scope, x, options)!, inputs, image(inputs))
      .output;
  },
};
