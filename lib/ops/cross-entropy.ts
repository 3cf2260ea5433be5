/** Softmax cross-entropy of label maps with an ignore label. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';
import { floatType } from './native-call.js';

/** Per row: the cross-entropy, and its gradient, softmax minus target; all labels must be classes. */
const sparseCrossEntropy: KernelDefinition<object> = {
  name: 'AdlSparseCrossEntropy',
  attributes: [],
  shape: ({ logits }) => [
    { shape: sizes(logits).slice(0, 1), dtype: 'float32' },
    { shape: sizes(logits), dtype: 'float32' },
  ],
  native: ({ logits, labels }) => ({
    operation: 'SparseSoftmaxCrossEntropyWithLogits',
    inputs: [logits, labels],
    attributes: { T: floatType, Tlabels: { kind: 'type', value: 'int32' } },
    outputs: 2,
  }),
  wasm: ({ logits, labels }) => crossEntropyInJavaScript(logits, labels),
  gradient: {
    outputsToSave: [false, true],
    gradFunc: (dys, [slope]) => {
      const [dy] = dys as tf.Tensor1D[];
      return {
        logits: () => tf.mul(tf.expandDims(dy, 1), slope),
        labels: () => tf.zeros([sizes(slope)[0]], 'int32'),
      };
    },
  },
};

/** The kernels of this file, for registration. */
export const crossEntropyKernels = [sparseCrossEntropy];

function crossEntropyInJavaScript(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor[] {
  const [rows, classes] = sizes(logits);
  const values = logits.dataSync<'float32'>();
  const targets = labels.dataSync<'int32'>();
  const losses = new Float32Array(rows);
  const slopes = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) {
      highest = Math.max(highest, values[start + c]);
    }
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(values[start + c] - highest);
      slopes[start + c] = e;
      sum += e;
    }
    for (let c = 0; c < classes; c++) {
      slopes[start + c] /= sum;
    }
    const target = start + targets[row];
    losses[row] = Math.log(sum) + highest - values[target];
    slopes[target] -= 1;
  }
  return [tf.tensor1d(losses), tf.tensor2d(slopes, [rows, classes])];
}

/** How {@link softmaxCrossEntropy} counts pixels. */
export interface CrossEntropyOptions {
  /** The label of pixels that do not count; 255 by default. */
  readonly ignoreLabel?: number;
  /** A weight ≥ 0 per class, in the order of the classes; 1 each by default. */
  readonly classWeights?: readonly number[] | undefined;
}

/** What each pixel adds to a loss and to its denominator. */
export interface PixelLosses {
  /** w_{y_p} · −log softmax(logits[p])[y_p], `[pixels]`; 0 where the pixel is ignored. */
  readonly losses: tf.Tensor1D;
  /** w_{y_p}, `[pixels]`; 0 where the pixel is ignored. */
  readonly weights: tf.Tensor1D;
}

function checkCall(
  logits: tf.Tensor4D,
  labels: tf.Tensor3D,
  classWeights: readonly number[] | undefined,
): void {
  const [batch, height, width, classes] = logits.shape;
  if (labels.dtype !== 'int32' || labels.size !== batch * height * width) {
    throw new ShapeError(
      `softmaxCrossEntropy: expected int32 labels [${batch}, ${height}, ${width}], ` +
        `got ${labels.dtype} [${labels.shape.join(', ')}]`,
    );
  }
  if (classWeights !== undefined && classWeights.length !== classes) {
    throw new ShapeError(
      `softmaxCrossEntropy: expected ${classes} classWeights, one per class, got ${classWeights.length}`,
    );
  }
}

/**
 * The softmax cross-entropy of each pixel, with the weight of its class.
 *
 * @param logits - `[batch, height, width, classes]`
 * @param labels - int32 `[batch, height, width]`, classes 0 … classes − 1 or `ignoreLabel`
 * @returns tensors that the caller disposes
 * @throws {@link ShapeError} if the sizes do not fit together
 */
export function pixelCrossEntropy(
  logits: tf.Tensor4D,
  labels: tf.Tensor3D,
  { ignoreLabel = 255, classWeights }: CrossEntropyOptions = {},
): PixelLosses {
  checkCall(logits, labels, classWeights);
  const flat: tf.Tensor1D = tf.reshape(labels, [-1]);
  const counted = tf.notEqual<tf.Tensor1D>(flat, ignoreLabel);
  const targets = tf.mul(flat, tf.cast(counted, 'int32')); // ignored pixels: class 0, weight 0
  const ones = tf.cast(counted, 'float32');
  const weights =
    classWeights === undefined
      ? ones
      : tf.mul<tf.Tensor1D>(ones, tf.gather(tf.tensor1d([...classWeights]), targets));
  const rows = tf.reshape(logits, [-1, logits.shape[3]]);
  const [losses] = runKernel(sparseCrossEntropy, { logits: rows, labels: targets }, {});
  return { losses: tf.mul(losses, weights), weights };
}

/** total / weight, and total where nothing has a weight. */
export function weightedMean<T extends tf.Tensor>(total: T, weight: tf.Scalar): T {
  const isZero = tf.sub(1, tf.step(weight)); // has a gradient, which `tf.equal` lacks
  return tf.div(total, tf.add(weight, isZero));
}

/**
 * Mean softmax cross-entropy over the pixels that are not ignored, weighted by class if asked for.
 *
 *     loss = − Σ_p w_{y_p} · log softmax(logits[p])[y_p] / Σ_p w_{y_p}, over the pixels with a label y_p;
 *     0 if there is none
 *
 * The labels are never expanded to one-hot vectors. Source: Auto-DeepLab §5.1 (cross-entropy); the mean over
 * labelled pixels is that of the authors' code; with weights, that of PyTorch's `CrossEntropyLoss`.
 *
 * @param logits - `[batch, height, width, classes]`
 * @param labels - int32 `[batch, height, width]`, classes 0 … classes − 1 or `ignoreLabel`
 * @returns a scalar; the caller disposes it
 * @throws {@link ShapeError} if the sizes do not fit together
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor4D,
  labels: tf.Tensor3D,
  options: CrossEntropyOptions = {},
): tf.Scalar {
  const { losses, weights } = pixelCrossEntropy(logits, labels, options);
  return weightedMean(tf.sum(losses), tf.sum(weights));
}
