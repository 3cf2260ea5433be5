/**
 * The mixed operation, edge by edge: the plain form of the relaxation.
 *
 * It is what the paper writes and what `state-edges.ts` must equal; the search itself uses the
 * latter. The weights of an edge are its part of the variables of the state it leaves.
 */
import * as tf from '@tensorflow/tfjs-core';
import { convolution, depthwiseConvolution } from '../../nn/layers.js';
import { Scope, type ScopeSource } from '../../nn/scope.js';
import { avgPool3x3 } from '../../ops/avg-pool.js';
import { maxPool3x3 } from '../../ops/max-pool.js';
import { relu } from '../../ops/relu.js';
import { searchBatchNorm } from './prepare.js';
import { PRIMITIVES, type Primitive } from '../primitives.js';

/** One edge among the edges that leave a state. */
export interface EdgePlace {
  /** Which of the state's consumers, 0-based. */
  readonly consumer: number;
  /** How many blocks read the state. */
  readonly consumers: number;
}

/** The axis along which a variable of a state holds its consumers. */
export function consumerAxis(name: string): number {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.startsWith('depthwise') ? 2 : last === 'gamma' || last === 'beta' ? 0 : 3;
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
      const axis = consumerAxis(name);
      const whole = shape.map((n, i) => (i === axis ? n * consumers : n));
      const variable = parent.variable(name, whole, initializer, options);
      return consumers === 1 ? variable : tf.split(variable, consumers, axis)[consumer];
    },
  };
  return new Scope(source);
}

/** One candidate operation in its search form: `[b, h, w, c]` → `[b, h, w, c]`. */
export function searchOperation(
  scope: Scope,
  operation: Primitive,
  x: tf.Tensor4D,
  bnAffine: boolean,
): tf.Tensor4D {
  const inner = scope.child(operation);
  const filters = x.shape[3];
  const kernel = operation.endsWith('5x5') ? 5 : 3;
  switch (operation) {
    case 'none':
      return tf.zerosLike(x);
    case 'skip_connect':
      return x;
    case 'max_pool_3x3':
      return searchBatchNorm(inner.child('bn'), maxPool3x3(x), bnAffine);
    case 'avg_pool_3x3':
      return searchBatchNorm(inner.child('bn'), avgPool3x3(x), bnAffine);
    case 'sep_conv_3x3':
    case 'sep_conv_5x5': {
      let y = x;
      for (const part of [1, 2]) {
        y = depthwiseConvolution(inner, relu(y), { kernel, name: `depthwise${part}` });
        y = convolution(inner, y, { filters, kernel: 1, name: `pointwise${part}` });
        y = searchBatchNorm(inner.child(`bn${part}`), y, bnAffine);
      }
      return y;
    }
    case 'dil_conv_3x3':
    case 'dil_conv_5x5': {
      const y = convolution(inner, relu(x), { filters, kernel, rate: 2 });
      return searchBatchNorm(inner.child('bn'), y, bnAffine);
    }
  }
}

/**
 * Mixed operation of one edge: every candidate operation, weighted by α.
 *
 *     Ō_{j→i}(H_j) = Σ_k α^k_{j→i} · O^k(H_j)
 *
 * Source: Auto-DeepLab §4.1.1, eq. 2.
 *
 * @param x - H_j, `[batch, height, width, channels]`
 * @param alpha - α of this edge, `[8]`, sums to 1
 * @returns same shape as `x`
 */
export function mixedOp(
  scope: Scope,
  x: tf.Tensor4D,
  alpha: tf.Tensor1D,
  bnAffine: boolean,
): tf.Tensor4D {
  const weights = tf.unstack(alpha);
  return tf.addN(
    PRIMITIVES.map((operation, k) =>
      tf.mul<tf.Tensor4D>(searchOperation(scope, operation, x, bnAffine), weights[k]),
    ),
  );
}
