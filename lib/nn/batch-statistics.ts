/** Normalisation by the statistics of a batch, which replicas may share out. */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining, type Affine, type BatchNormResult } from '../ops/batch-norm.js';
import { meanOverReplicas, replication } from '../runtime/replicas.js';

/**
 * How many groups of images have statistics of their own in what is seen of a batch.
 *
 * @param groups - in the batch of one replica
 * @returns fewer than `groups` if replicas that are not seen share a group's statistics
 */
export function statisticGroups(groups: number): number {
  const { count, view, batchStatistics } = replication();
  if (batchStatistics === 'all') {
    return view === 'one' ? groups / count : groups;
  }
  return view === 'all' ? groups * count : groups;
}

/** The means of a statistic over the replicas that are seen, `[groups · channels]`. */
function meanOfStatistic(statistic: tf.Tensor1D, groups: number, count: number): tf.Tensor1D {
  const byReplica = tf.reshape(statistic, [groups, count, statistic.size / (groups * count)]);
  return tf.reshape<tf.Rank.R1>(tf.mean(byReplica, 1), [-1]);
}

/**
 * Normalises by the statistics of all replicas, of which one is seen.
 *
 *     m = mean_k (mean x_k),  v = mean_k (mean (x_k − m)²)
 *
 * Two messages, so that nothing cancels where the mean is large. Source: the statistics of PyTorch's
 * `SyncBatchNorm`, whose gradients follow here from those of the two means.
 */
function synchronised(
  x: tf.Tensor4D,
  epsilon: number,
  { scale, offset }: Affine,
  groups: number,
): BatchNormResult {
  const { count } = replication();
  const [batch, height, width, channels] = x.shape;
  const values = (batch / groups) * height * width;
  const byGroup = tf.reshape<tf.Rank.R3>(x, [groups, values, channels]);
  const { mean } = meanOverReplicas({ mean: tf.mean(byGroup, 1, true) });
  const centred = tf.sub<tf.Tensor3D>(byGroup, mean);
  const squares = tf.mean(tf.square(centred), 1, true);
  const { variance } = meanOverReplicas({ variance: squares });
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = scale ? tf.mul(normalised, scale) : normalised;
  const y = tf.reshape<tf.Rank.R4>(offset ? tf.add(scaled, offset) : scaled, x.shape);
  const all = values * count;
  const unbiased = tf.mul(variance, all / (all - 1));
  return { y, mean: tf.reshape(mean, [-1]), variance: tf.reshape(unbiased, [-1]) };
}

/**
 * Normalises a batch as `batchNormTraining` does, each replica by the images that it goes by.
 *
 * @param groups - in the batch of one replica
 * @returns the images, and the statistics `[groups · channels]`, those of one replica, or the mean over
 *   the replicas that are seen
 */
export function normalizeByBatch(
  x: tf.Tensor4D,
  epsilon: number,
  affine: Affine = {},
  groups = 1,
): BatchNormResult {
  const { count, view, batchStatistics } = replication();
  if (count === 1 || (batchStatistics === 'all') === (view === 'all')) {
    return batchNormTraining(x, epsilon, affine, groups);
  }
  if (batchStatistics === 'all') {
    return synchronised(x, epsilon, affine, groups);
  }
  const { y, mean, variance } = batchNormTraining(x, epsilon, affine, groups * count);
  return {
    y,
    mean: meanOfStatistic(mean, groups, count),
    variance: meanOfStatistic(variance, groups, count),
  };
}
