/** What is added to the loss of α and β, as functions of these alone. */
import * as tf from '@tensorflow/tfjs-core';
import { expectedCost } from '../budget/expected-cost.js';
import type { BilevelProblem } from '../optimizer/bilevel.js';
import { completeShape, trellisOf } from '../search-space/shape.js';
import { relativeEntropy } from '../search-space/supernet/entropy.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import { toSize } from '../size.js';
import type { SearchConfig } from './options.js';

/** A term of the loss, a function of α `[edges, operations]` and β `[arrows]`. */
type Term = (alpha: tf.Tensor2D, beta: tf.Tensor1D) => tf.Scalar;

/** λ · E[cost] / cost₀; undefined if it is off. */
function costTerm(config: SearchConfig, classes: number): Term | undefined {
  const { costWeight, costResource: resource, costFilterMultiplier: filterMultiplier } = config;
  if (costWeight === 0) {
    return undefined;
  }
  const network = { filterMultiplier, classes, ...toSize(config.crop) };
  const cost = expectedCost({ ...completeShape(config), network, resource });
  return (alpha, beta) => tf.mul(cost.relative(alpha, beta), tf.scalar(costWeight));
}

/** μ · H̄, the entropies of α and β; undefined if it is off. */
function entropyTerm(config: SearchConfig): Term | undefined {
  const { entropyWeight } = config;
  if (entropyWeight === 0) {
    return undefined;
  }
  const trellis = trellisOf(completeShape(config));
  return (alpha, beta) => tf.mul(relativeEntropy(trellis, alpha, beta), tf.scalar(entropyWeight));
}

/** The sum of the terms that are on; undefined if none is. */
export function architecturePenaltyOf(
  config: SearchConfig,
  classes: number,
): BilevelProblem['architecturePenalty'] {
  const terms = [costTerm(config, classes), entropyTerm(config)].filter(
    (term) => term !== undefined,
  );
  return terms.length === 0
    ? undefined
    : ({ [ALPHA]: alpha, [BETA]: beta }) =>
        terms
          .map((term) => term(alpha as tf.Tensor2D, beta as tf.Tensor1D))
          .reduce((sum, value) => tf.add(sum, value));
}
