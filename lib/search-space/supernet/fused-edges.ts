/**
 * The edges that leave one hidden state, evaluated together.
 *
 * All consumers of a state read the same tensor, so their convolutions are one convolution with
 * that many times the filters, operations without weights are computed once, and the probability of
 * an operation that ends in a batch norm is that batch norm's scale. The mathematics is that of
 * `mixed-op.ts`, edge by edge; a test holds the two against each other.
 */
import * as tf from '@tensorflow/tfjs-core';
import { normalizeByBatch } from '../../nn/batch-statistics.js';
import { scaleAndOffset } from '../../nn/batch-norm.js';
import type { Scope } from '../../nn/scope.js';
import { conv2d } from '../../ops/conv2d.js';
import { relu } from '../../ops/relu.js';
import { repeatChannels } from '../../ops/repeat.js';
import type { Operation } from '../operations/operation.js';
import { SEARCH_EPSILON, type RelaxedOptions } from '../operations/relaxed.js';
import { edgeScope } from './mixed-op.js';
import { diagonalFilter, formOf, linearOperations, type StateMixing } from './state-mixing.js';

/** A state with what its edges share; the forms that few operations read are made once, if at all. */
class SharedState {
  private activatedOnce: tf.Tensor4D | undefined;
  private repeatedOnce: tf.Tensor4D | undefined;

  constructor(
    readonly x: tf.Tensor4D,
    readonly consumers: number,
  ) {}

  get activated(): tf.Tensor4D {
    return (this.activatedOnce ??= relu(this.x));
  }

  get repeated(): tf.Tensor4D {
    return (this.repeatedOnce ??= repeatChannels(this.activated, this.consumers));
  }
}

/**
 * All operations without weights for all consumers: one 1×1 convolution with diagonal blocks.
 *
 *     y[m·f + c] = Σ_k α^k_m · γ^k_{m,c} · x̂^k[c] + offset, k over these operations
 */
function linearEdges(
  scope: Scope,
  x: tf.Tensor4D,
  mixing: StateMixing,
  { bnAffine, groups = 1 }: RelaxedOptions,
): tf.Tensor4D {
  const { consumers, filters } = mixing;
  const operations = linearOperations(mixing.operations);
  const images = operations.map(({ form }) => {
    const image = form.image(x);
    return form.normalized ? normalizeByBatch(image, SEARCH_EPSILON, {}, groups).y : image;
  });
  const joined = images.length === 1 ? images[0] : tf.concat(images, 3);
  if (!bnAffine || operations.every(({ form }) => !form.normalized)) {
    return conv2d(joined, mixing.linearFilter());
  }
  const offsets: tf.Tensor1D[] = [];
  const scales = operations.map(({ name, form }) => {
    const weight = mixing.ofChannels(name);
    if (!form.normalized) {
      return weight;
    }
    const affine = scaleAndOffset(scope.child(name).child('bn'), consumers * filters);
    offsets.push(tf.mul(affine.offset, weight));
    return tf.mul<tf.Tensor1D>(affine.scale, weight);
  });
  const y = conv2d(joined, diagonalFilter(scales, consumers, filters));
  return tf.add<tf.Tensor4D>(y, tf.addN(offsets));
}

/** An operation without a fused form: its relaxed form, consumer by consumer. */
function plainEdges(
  scope: Scope,
  x: tf.Tensor4D,
  operation: Operation,
  weight: tf.Tensor1D,
  options: RelaxedOptions,
): tf.Tensor4D {
  const consumers = weight.shape[0] / x.shape[3];
  const parts = Array.from({ length: consumers }, (_, consumer) =>
    operation.relaxed(edgeScope(scope, { consumer, consumers }), x, options),
  );
  const joined = parts.length === 1 ? parts[0] : tf.concat(parts, 3);
  return tf.mul<tf.Tensor4D>(joined, weight);
}

/**
 * Σ_k α^k · O^k(H_j) for all blocks that read state j.
 *
 * @param x - H_j, `[batch, height, width, filters]`
 * @param options - `groups`: how many groups of images in the batch have statistics of their own
 * @returns `[batch, height, width, consumers · filters]`, blocks ascending
 */
export function fusedEdges(
  scope: Scope,
  x: tf.Tensor4D,
  mixing: StateMixing,
  options: RelaxedOptions,
): tf.Tensor4D {
  const state = new SharedState(x, mixing.consumers);
  const terms = mixing.operations.flatMap((operation) => {
    const { name } = operation;
    const form = formOf(operation);
    if (form === 'zero' || form === 'linear') {
      return [];
    }
    const place = scope.child(name);
    const weight = mixing.ofChannels(name);
    return operation.fused?.kind === 'wide'
      ? [operation.fused.apply(place, state, weight, options)]
      : [plainEdges(place, x, operation, weight, options)];
  });
  if (linearOperations(mixing.operations).length > 0) {
    terms.push(linearEdges(scope, x, mixing, options));
  }
  return terms.length === 1 ? terms[0] : tf.addN(terms);
}
