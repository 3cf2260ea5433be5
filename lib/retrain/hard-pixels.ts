/** Hard example mining: only the pixels with the largest losses count. */
import * as tf from '@tensorflow/tfjs-core';
import { nthLargest } from '../ops/nth-largest.js';

/** Options of {@link hardPixelCount}; `RetrainConfig` explains them. */
export interface HardPixelOptions {
  readonly hardPixelShare: number;
  readonly hardPixelSteps: number;
}

/** Whether only the hardest pixels count. */
export function minesHardPixels({ hardPixelShare }: Pick<HardPixelOptions, 'hardPixelShare'>) {
  return hardPixelShare < 1;
}

/**
 * How many pixels count in a step.
 *
 *     k = ⌊(r · share + (1 − r)) · pixels⌋,  r = min(1, step / hardPixelSteps), or 1 without steps;
 *     at least 1
 *
 * Source: the authors' `train_utils.py` (`top_k_percent_pixels`, `hard_example_mining_step`).
 *
 * @param pixels - of a batch, ignored ones included
 */
export function hardPixelCount(
  { hardPixelShare, hardPixelSteps }: HardPixelOptions,
  step: number,
  pixels: number,
): number {
  const ratio = hardPixelSteps === 0 ? 1 : Math.min(1, step / hardPixelSteps);
  return Math.max(1, Math.floor((ratio * hardPixelShare + (1 - ratio)) * pixels));
}

/**
 * The share of each pixel that counts when the k largest losses do.
 *
 *     m_p = 1 if l_p > τ, (k − #{l > τ}) / #{l = τ} if l_p = τ, else 0, with τ the k-th largest loss;
 *     0 where l_p = 0
 *
 * Then Σ_p m_p · l_p is the sum of the k largest losses, whichever of equal ones are taken, and
 * Σ_p m_p the number of them that are not 0, by which the authors' code divides it. m is constant to
 * the gradient. Source: the authors' `train_utils.py`, `tf.nn.top_k` on the weighted losses of all
 * pixels of the batch. Deviation: losses equal to τ share what is left instead of the first ones
 * taking it, so that no sort is needed.
 *
 * @param losses - ≥ 0, `[pixels]`, 0 where a pixel is ignored
 * @param count - k, an int32 scalar from 1 to the number of pixels
 * @returns m, `[pixels]`; the caller disposes it
 */
export function hardPixels(losses: tf.Tensor1D, count: tf.Scalar): tf.Tensor1D {
  const operation = tf.customGrad((values) => {
    const l = values as tf.Tensor1D;
    const threshold = nthLargest(l, tf.sub(count, tf.scalar(1, 'int32')));
    const above = tf.cast(tf.greater(l, threshold), 'float32');
    const equal = tf.cast(tf.equal(l, threshold), 'float32');
    const left = tf.sub(tf.cast(count, 'float32'), tf.sum(above));
    const shares = tf.add(above, tf.mul(equal, tf.div(left, tf.sum(equal))));
    return {
      value: tf.mul(shares, tf.cast(tf.greater(l, 0), 'float32')),
      gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
    };
  });
  return operation(losses) as tf.Tensor1D;
}
