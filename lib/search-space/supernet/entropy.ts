/** How undecided α and β are, as a tensor that gradients flow through. */
import * as tf from '@tensorflow/tfjs-core';
import type { Trellis } from '../trellis.js';
import { arrowProbabilities, operationProbabilities } from './probabilities.js';

/** Smaller probabilities count as this: p ln p is 0 for all purposes, and not NaN. */
const LEAST = 1e-30;

/** −Σ w p ln p, with a weight for each probability. */
function weightedEntropy(probabilities: tf.Tensor1D, weights: readonly number[]): tf.Scalar {
  const logarithms = tf.log(tf.maximum(probabilities, LEAST));
  const terms = tf.mul(tf.mul(probabilities, logarithms), tf.tensor1d([...weights]));
  return tf.neg(tf.sum<tf.Scalar>(terms));
}

/** Weights that make the mean over choices of their entropies, each over its largest possible value. */
function meanWeights(sizes: readonly number[]): number[] {
  const choices = sizes.filter((size) => size > 1).length;
  return sizes.flatMap((size) =>
    new Array<number>(size).fill(size > 1 ? 1 / (choices * Math.log(size)) : 0),
  );
}

/**
 * The mean relative entropies of α and of β, added up: 2 where nothing is decided, 0 where all is.
 *
 *     H̄ = −1/E Σ_edges Σ_k α^k ln α^k / ln K − 1/N Σ_nodes Σ_arrows β ln β / ln n
 *
 * over the E edges with K operations each and the N nodes that n > 1 arrows leave. `architecture/statistics.ts`
 * has both parts as plain numbers.
 *
 * Source: Discretization-aware Architecture Search (Tian et al. 2020), which adds entropies to the loss.
 * Assumption: they are relative to their largest value, and β, which that work does not have, counts as α does.
 *
 * @param alpha - logits, `[edges, operations]`
 * @param beta - logits, `[arrows]`
 */
export function relativeEntropy(
  trellis: Trellis,
  alpha: tf.Tensor2D,
  beta: tf.Tensor1D,
): tf.Scalar {
  const [edges, operations] = alpha.shape;
  const ofAlpha = weightedEntropy(
    tf.reshape<tf.Rank.R1>(operationProbabilities(alpha), [edges * operations]),
    meanWeights(new Array<number>(edges).fill(operations)),
  );
  const nodes = trellis.nodes.filter(({ outgoing }) => outgoing.length > 0);
  const ofBeta = weightedEntropy(
    arrowProbabilities(trellis, beta),
    meanWeights(nodes.map(({ outgoing }) => outgoing.length)),
  );
  return tf.add<tf.Scalar>(ofAlpha, ofBeta);
}
