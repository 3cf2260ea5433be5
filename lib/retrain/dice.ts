/** The Dice term of a loss: overlap by class, whatever its size. */
import * as tf from '@tensorflow/tfjs-core';

/** Keeps the quotient of a class finite. */
const EPSILON = 1e-7;

/**
 * One minus the mean Dice coefficient of the classes that occur in a batch.
 *
 *     D = 1 − mean_c (2 Σ_p q_pc · y_pc) / (Σ_p q_pc + Σ_p y_pc),  q = softmax(logits), y one-hot
 *
 * over the pixels with a label and the classes with Σ_p y_pc > 0; 0 if no pixel has a label.
 * Source: Milletari et al., V-Net, 2016, without squares in the denominator and without absent
 * classes, as in segmentation_models.pytorch's `DiceLoss`.
 *
 * @param logits - `[batch, height, width, classes]`
 * @param labels - int32 `[batch, height, width]`, classes or `ignoreLabel`
 * @returns a scalar; the caller disposes it
 */
export function diceLoss(logits: tf.Tensor4D, labels: tf.Tensor3D, ignoreLabel = 255): tf.Scalar {
  const classes = logits.shape[3];
  const targets = tf.reshape(labels, [-1, 1]); // [pixels, 1]
  const counted = tf.cast(tf.notEqual(targets, ignoreLabel), 'float32');
  const everyClass = tf.tensor1d(
    Array.from({ length: classes }, (_, c) => c),
    'int32',
  );
  const isClass = tf.equal(targets, everyClass); // [pixels, classes]
  const y = tf.mul(tf.cast(isClass, 'float32'), counted);
  const q = tf.mul(tf.softmax(tf.reshape(logits, [-1, classes])), counted);
  const overlap = tf.sum(tf.mul(q, y), 0); // [classes]
  const size = tf.sum(y, 0);
  const dice = tf.div(tf.mul(overlap, 2), tf.add(tf.add(tf.sum(q, 0), size), EPSILON));
  const occurs = tf.step(size);
  const missing = tf.mul(tf.sub(1, dice), occurs);
  return tf.div(tf.sum(missing), tf.maximum(tf.sum(occurs), 1));
}
