/**
 * The mixed operation, edge by edge: the plain form of the relaxation.
 *
 * It is what the paper writes and what `fused-edges.ts` must equal; the search itself uses the
 * latter. The weights of an edge are its part of the variables of the state it leaves.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Scope, type ScopeSource } from '../../nn/scope.js';
import type { Operation } from '../operations/operation.js';
import type { RelaxedOptions } from '../operations/relaxed.js';

/** One edge among the edges that leave a state. */
export interface EdgePlace {
  /** Which of the state's consumers, 0-based. */
  readonly consumer: number;
  /** How many blocks read the state. */
  readonly consumers: number;
}

/** A scope in which an edge finds its part of the variables of its state. */
export function edgeScope(parent: Scope, { consumer, consumers }: EdgePlace): Scope {
  const source: ScopeSource = {
    training: parent.training,
    progress: parent.progress,
    update: (name, value) => {
      parent.update(name, value);
    },
    seed: (name) => parent.seed(name),
    variable: ({ name, shape, initializer, ...options }) => {
      const { outputAxis: axis, classAxis, ...others } = options;
      const whole = shape.map((n, i) => (i === axis ? n * consumers : n));
      const details = {
        ...others,
        outputAxis: axis,
        ...(classAxis !== undefined && { classAxis }),
      };
      const variable = parent.variable(name, whole, initializer, details);
      return consumers === 1 ? variable : tf.split(variable, consumers, axis)[consumer];
    },
  };
  return new Scope(source);
}

/**
 * Mixed operation of one edge: every candidate operation, weighted by its probability.
 *
 *     Ō_{j→i}(H_j) = Σ_k α^k_{j→i} · O^k(H_j)
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2.
 *
 * @param x - H_j, `[batch, height, width, channels]`
 * @param operations - the candidate operations, in the order of α's columns
 * @param alpha - α of this edge after the softmax, `[operations]`, sums to 1
 * @returns same shape as `x`
 */
export function mixedOp(
  scope: Scope,
  x: tf.Tensor4D,
  operations: readonly Operation[],
  alpha: tf.Tensor1D,
  options: RelaxedOptions,
): tf.Tensor4D {
  const probabilities = tf.unstack(alpha);
  return tf.addN(
    operations.map((operation, k) =>
      tf.mul<tf.Tensor4D>(
        operation.relaxed(scope.child(operation.name), x, options),
        probabilities[k],
      ),
    ),
  );
}
