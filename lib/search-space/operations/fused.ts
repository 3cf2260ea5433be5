/** The fused form of an operation: all edges that leave one hidden state at once. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Scope } from '../../nn/scope.js';
import type { RelaxedOptions } from './relaxed.js';

/** A hidden state in the forms that fused operations read. */
export interface FusedState {
  /** The state, `[batch, height, width, channels]`. */
  readonly x: tf.Tensor4D;
  /** Its ReLU. */
  readonly activated: tf.Tensor4D;
  /** Its ReLU once per consumer, `[batch, height, width, consumers · channels]`. */
  readonly repeated: tf.Tensor4D;
  /** How many blocks read the state. */
  readonly consumers: number;
}

/**
 * How an operation runs on all consumers of a state at once.
 *
 * A variable holds the parts of all consumers side by side along its output axis, so that the
 * relaxed form finds its part there.
 */
export type FusedForm =
  /** It contributes nothing. */
  | { readonly kind: 'zero' }
  /**
   * It has no weights: an image of the state, the same for all consumers, normalised or not. All of
   * them together are one 1×1 convolution whose filter holds the mixing weights.
   */
  | {
      readonly kind: 'linear';
      readonly normalized: boolean;
      image(x: tf.Tensor4D): tf.Tensor4D;
    }
  /** It has weights: convolutions over the channels of all consumers. */
  | {
      readonly kind: 'wide';
      /** Gives `weight · O(x)` per consumer, `[batch, height, width, consumers · channels]`. */
      apply(
        scope: Scope,
        state: FusedState,
        /** The mixing weight of each output channel, `[consumers · channels]`. */
        weight: tf.Tensor1D,
        options: RelaxedOptions,
      ): tf.Tensor4D;
    };
