/** What a candidate operation is: one value that holds all that is known of it. */
import type * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions } from '../../nn/batch-norm.js';
import type { Scope } from '../../nn/scope.js';
import type { FusedForm } from './fused.js';
import type { RelaxedOptions } from './relaxed.js';

/** What an operation does, as statistics and figures group them. */
export type OperationFamily = 'none' | 'skip' | 'pool' | 'convolution';

/** How an operation is built in the derived network. */
export interface DerivedOptions {
  /** 2 where the cell halves the size and the operation reads one of the cell's inputs, else 1. */
  readonly stride: 1 | 2;
  readonly norm: BatchNormOptions;
}

/** The map that an operation of the derived network reads. */
export interface OperationPlace {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  readonly channels: number;
  readonly stride: 1 | 2;
}

/** What an operation costs for one image. */
export interface OperationCost {
  /** Trained numbers; moving statistics are not counted. */
  readonly parameters: number;
  /** Multiply-adds of its convolutions. */
  readonly multiplyAdds: number;
}

/**
 * A candidate operation O: all that the search, the decoder, the derived network, documents and
 * figures know of it.
 *
 * Every form keeps the number of channels. Source: Auto-DeepLab §3.1 for the eight of the paper.
 */
export interface Operation {
  /** Its name in documents, histories and variables; unique. */
  readonly name: string;
  /** Its name for people. */
  readonly label: string;
  /** A short name for figures, as Fig. 3 of the paper writes them. */
  readonly shortLabel: string;
  /** Its colour in figures, `#rrggbb`. */
  readonly color: string;
  readonly family: OperationFamily;
  /**
   * The operation on one edge of the supernet.
   *
   * @param x - the hidden state, `[batch, height, width, channels]`
   * @returns the same shape
   */
  relaxed(scope: Scope, x: tf.Tensor4D, options: RelaxedOptions): tf.Tensor4D;
  /**
   * The same for all edges that leave a state at once, which is faster. An operation without one
   * runs edge by edge beside the fused ones.
   */
  readonly fused?: FusedForm;
  /**
   * The operation on one branch of a block of the derived network.
   *
   * @param x - the hidden state, `[batch, height, width, channels]`
   * @returns `[batch, ⌈height/stride⌉, ⌈width/stride⌉, channels]`; undefined: it contributes nothing
   */
  derived(scope: Scope, x: tf.Tensor4D, options: DerivedOptions): tf.Tensor4D | undefined;
  /** What the derived form costs for one image. */
  cost(place: OperationPlace): OperationCost;
}
