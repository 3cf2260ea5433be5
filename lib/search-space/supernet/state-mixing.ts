/** The probabilities α as the edges that leave one hidden state use them, made once for all cells. */
import * as tf from '@tensorflow/tfjs-core';
import { edgeIndex, firstConsumer } from '../edges.js';
import type { FusedForm } from '../operations/fused.js';
import type { Operation } from '../operations/operation.js';

/** How an operation runs in the fused form of the supernet. */
export function formOf({ fused }: Operation): FusedForm['kind'] | 'plain' {
  return fused?.kind ?? 'plain';
}

type LinearForm = Extract<FusedForm, { readonly kind: 'linear' }>;

/** The operations that are images of the state, without weights of their own. */
export function linearOperations(
  operations: readonly Operation[],
): readonly { readonly name: string; readonly form: LinearForm }[] {
  return operations.flatMap(({ name, fused }) =>
    fused?.kind === 'linear' ? [{ name, form: fused }] : [],
  );
}

/**
 * The filter of a 1×1 convolution that scales and sums several images for each consumer.
 *
 *     filter[0, 0, k·f + c, m·f + c] = scales[k][m·f + c], 0 elsewhere
 *
 * @param scales - one `[consumers · filters]` per image
 * @returns `[1, 1, images · filters, consumers · filters]`
 */
export function diagonalFilter(
  scales: readonly tf.Tensor1D[],
  consumers: number,
  filters: number,
): tf.Tensor4D {
  const images = scales.length;
  const diagonals = tf.reshape(tf.stack([...scales]), [images, 1, consumers, filters]);
  const identity = tf.reshape(tf.eye(filters), [1, filters, 1, filters]);
  const shape: [number, number, number, number] = [1, 1, images * filters, consumers * filters];
  return tf.reshape(tf.mul(diagonals, identity), shape);
}

/** α of the edges from one state, for one number of filters. */
export class StateMixing {
  private readonly channels = new Map<string, tf.Tensor1D>();
  private filter: tf.Tensor4D | undefined;

  /** @param alpha - rows of the edges, `[consumers, operations]`, blocks ascending */
  constructor(
    private readonly alpha: tf.Tensor2D,
    readonly operations: readonly Operation[],
    readonly filters: number,
  ) {}

  /** How many blocks read the state. */
  get consumers(): number {
    return this.alpha.shape[0];
  }

  /** α of one operation per output channel: consumer by consumer, `[consumers · filters]`. */
  ofChannels(operation: string): tf.Tensor1D {
    const known = this.channels.get(operation);
    if (known) {
      return known;
    }
    const { consumers, filters } = this;
    const index = this.operations.findIndex(({ name }) => name === operation);
    const column = tf.slice(this.alpha, [0, index], [consumers, 1]);
    const weights = tf.reshape<tf.Rank.R1>(tf.mul(column, tf.ones([1, filters])), [-1]);
    this.channels.set(operation, weights);
    return weights;
  }

  /** The filter of all {@link linearOperations} on their images side by side. */
  linearFilter(): tf.Tensor4D {
    const scales = linearOperations(this.operations).map(({ name }) => this.ofChannels(name));
    return (this.filter ??= diagonalFilter(scales, this.consumers, this.filters));
  }
}

/** α after the softmax, by state. All cells share it, so each form of it is computed once. */
export class CellMixing {
  private readonly states = new Map<string, StateMixing>();

  /** @param alpha - `[edges, operations]`, rows sum to 1 */
  constructor(
    private readonly alpha: tf.Tensor2D,
    readonly operations: readonly Operation[],
    private readonly blocks: number,
  ) {}

  /** Rows of the edges from state `input` to the blocks that read it, `[consumers, operations]`. */
  rows(input: number): tf.Tensor2D {
    const first = firstConsumer(input);
    const rows = Array.from({ length: this.blocks - first }, (_, i) =>
      tf.slice(this.alpha, [edgeIndex(first + i, input), 0], [1, this.alpha.shape[1]]),
    );
    return rows.length === 1 ? rows[0] : tf.concat(rows);
  }

  /** The same for cells with this number of filters. */
  ofState(input: number, filters: number): StateMixing {
    const key = `${input}/${filters}`;
    const mixing =
      this.states.get(key) ?? new StateMixing(this.rows(input), this.operations, filters);
    this.states.set(key, mixing);
    return mixing;
  }
}
