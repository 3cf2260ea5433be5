/**
 * The edges that leave one hidden state, evaluated together.
 *
 * All consumers of a state read the same tensor, so their convolutions are one convolution with
 * that many times the filters, the pools are computed once, and the weight α of an operation that
 * ends in a batch norm is that batch norm's scale. The mathematics is that of `mixed-op.ts`, edge by
 * edge; a test holds the two against each other.
 */
import * as tf from '@tensorflow/tfjs-core';
import { depthwiseConvolution, convolution } from '../../nn/layers.js';
import type { Scope } from '../../nn/scope.js';
import { avgPool3x3 } from '../../ops/avg-pool.js';
import { batchNormTraining } from '../../ops/batch-norm.js';
import { conv2d } from '../../ops/conv2d.js';
import { maxPool3x3 } from '../../ops/max-pool.js';
import { constant, fanInUniform } from '../../nn/initializers.js';
import { relu } from '../../ops/relu.js';
import { repeatChannels } from '../../ops/repeat.js';
import { BN_EPSILON } from '../options.js';
import { searchBatchNorm } from './prepare.js';
import { diagonalFilter, LINEAR, type StateWeights } from './state-weights.js';

/** The separable convolutions among the operations, with their kernel sizes. */
export const SEPARABLE = [
  ['sep_conv_3x3', 3],
  ['sep_conv_5x5', 5],
] as const;

/** The atrous convolutions among the operations (rate 2), with their kernel sizes. */
export const ATROUS = [
  ['dil_conv_3x3', 3],
  ['dil_conv_5x5', 5],
] as const;

/** What the edges of a state need besides the state. */
export interface StateEdges {
  readonly weights: StateWeights;
  readonly bnAffine: boolean;
  /** Runs of images in the batch, each normalised by its own statistics. */
  readonly paths: number;
}

/** Pointwise convolution of each consumer's channels with weights of its own. */
function groupedPointwise(
  scope: Scope,
  x: tf.Tensor4D,
  name: string,
  filters: number,
): tf.Tensor4D {
  const shape = [1, 1, filters, x.shape[3]];
  return conv2d(x, scope.variable(name, shape, fanInUniform) as tf.Tensor4D);
}

function separable(
  scope: Scope,
  activated: tf.Tensor4D,
  operation: (typeof SEPARABLE)[number],
  { weights, bnAffine, paths: groups }: StateEdges,
): tf.Tensor4D {
  const [name, kernel] = operation;
  const { filters } = weights;
  const weight = weights.ofChannels(name);
  let y = depthwiseConvolution(scope, activated, { kernel, name: 'depthwise1' });
  y = groupedPointwise(scope, y, 'pointwise1', filters);
  y = relu(searchBatchNorm(scope.child('bn1'), y, bnAffine, { groups }));
  y = depthwiseConvolution(scope, y, { kernel, name: 'depthwise2' });
  y = groupedPointwise(scope, y, 'pointwise2', filters);
  return searchBatchNorm(scope.child('bn2'), y, bnAffine, { weight, groups });
}

/** Scale and offset of a pool's batch norm for each consumer's channels, if they are trained. */
function poolAffine(scope: Scope, channels: number): { scale: tf.Tensor1D; offset: tf.Tensor1D } {
  const bn = scope.child('bn');
  const scale = bn.variable('gamma', [channels], constant(1), { decay: false }) as tf.Tensor1D;
  const offset = bn.variable('beta', [channels], constant(0), { decay: false }) as tf.Tensor1D;
  return { scale, offset };
}

/**
 * Skip and pools for all consumers: one 1×1 convolution with diagonal blocks of weights.
 *
 *     y[m·f + c] = Σ_k α^k_m · γ^k_{m,c} · x̂^k[c] + offset, k over skip, max pool, average pool
 */
function linearEdges(scope: Scope, x: tf.Tensor4D, edges: StateEdges): tf.Tensor4D {
  const { weights, bnAffine, paths } = edges;
  const { consumers, filters } = weights;
  const sources = [
    x,
    batchNormTraining(maxPool3x3(x), BN_EPSILON, {}, paths).y,
    batchNormTraining(avgPool3x3(x), BN_EPSILON, {}, paths).y,
  ];
  const joined = tf.concat(sources, 3);
  if (!bnAffine) {
    return conv2d(joined, weights.linear());
  }
  const offsets: tf.Tensor1D[] = [];
  const scales = LINEAR.map((operation) => {
    const weight = weights.ofChannels(operation);
    if (operation === 'skip_connect') {
      return weight;
    }
    const { scale, offset } = poolAffine(scope.child(operation), consumers * filters);
    offsets.push(tf.mul(offset, weight));
    return tf.mul<tf.Tensor1D>(scale, weight);
  });
  const y = conv2d(joined, diagonalFilter(scales, consumers, filters));
  return tf.add<tf.Tensor4D>(y, tf.addN(offsets));
}

/**
 * Σ_k α^k · O^k(H_j) for all blocks that read state j.
 *
 * @param x - H_j, `[batch, height, width, filters]`
 * @returns `[batch, height, width, consumers · filters]`, blocks ascending
 */
export function stateEdges(scope: Scope, x: tf.Tensor4D, edges: StateEdges): tf.Tensor4D {
  const { weights, bnAffine, paths: groups } = edges;
  const { consumers, filters } = weights;
  const activated = relu(x);
  const repeated = repeatChannels(activated, consumers);
  const separables = SEPARABLE.map((operation) =>
    separable(scope.child(operation[0]), repeated, operation, edges),
  );
  const atrous = ATROUS.map(([name, kernel]) => {
    const inner = scope.child(name);
    const y = convolution(inner, activated, { filters: consumers * filters, kernel, rate: 2 });
    const weight = weights.ofChannels(name);
    return searchBatchNorm(inner.child('bn'), y, bnAffine, { weight, groups });
  });
  return tf.addN([...separables, ...atrous, linearEdges(scope, x, edges)]);
}
