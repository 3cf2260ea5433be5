/** α as the edges that leave one hidden state use it, computed once for all cells. */
import * as tf from '@tensorflow/tfjs-core';
import { edgeIndex, firstConsumer } from '../edges.js';
import { primitiveIndex, type Primitive } from '../primitives.js';

/** The operations without weights of their own. */
export const LINEAR = ['skip_connect', 'max_pool_3x3', 'avg_pool_3x3'] as const;

/**
 * The filter of a 1×1 convolution that scales and sums several images for each consumer.
 *
 *     filter[0, 0, k·f + c, m·f + c] = scales[k][m·f + c], 0 elsewhere
 *
 * @param scales - one `[consumers · filters]` for each image
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
export class StateWeights {
  private readonly channels = new Map<Primitive, tf.Tensor1D>();
  private linearFilter: tf.Tensor4D | undefined;

  /** @param alpha - rows of the edges, `[consumers, 8]`, blocks ascending */
  constructor(
    private readonly alpha: tf.Tensor2D,
    readonly filters: number,
  ) {}

  /** How many blocks read the state. */
  get consumers(): number {
    return this.alpha.shape[0];
  }

  /** α of one operation for each output channel: consumer by consumer, `[consumers · filters]`. */
  ofChannels(operation: Primitive): tf.Tensor1D {
    const known = this.channels.get(operation);
    if (known) {
      return known;
    }
    const { consumers, filters } = this;
    const column = tf.slice(this.alpha, [0, primitiveIndex(operation)], [consumers, 1]);
    const weights = tf.reshape<tf.Rank.R1>(tf.mul(column, tf.ones([1, filters])), [-1]);
    this.channels.set(operation, weights);
    return weights;
  }

  /** The filter that applies {@link LINEAR} to their images side by side, see {@link diagonalFilter}. */
  linear(): tf.Tensor4D {
    const scales = LINEAR.map((operation) => this.ofChannels(operation));
    return (this.linearFilter ??= diagonalFilter(scales, this.consumers, this.filters));
  }
}

/** α after the softmax, by state. All cells share it, so each form of it is computed once. */
export class AlphaWeights {
  private readonly states = new Map<string, StateWeights>();

  /** @param alpha - `[edges, 8]`, rows sum to 1 */
  constructor(
    private readonly alpha: tf.Tensor2D,
    private readonly blocks: number,
  ) {}

  /** Rows of the edges from state `input` to the blocks that read it, `[consumers, 8]`. */
  rows(input: number): tf.Tensor2D {
    const first = firstConsumer(input);
    const rows = Array.from({ length: this.blocks - first }, (_, i) =>
      tf.slice(this.alpha, [edgeIndex(first + i, input), 0], [1, this.alpha.shape[1]]),
    );
    return rows.length === 1 ? rows[0] : tf.concat(rows);
  }

  /** The same for cells with this number of filters. */
  ofState(input: number, filters: number): StateWeights {
    const key = `${input}/${filters}`;
    const weights = this.states.get(key) ?? new StateWeights(this.rows(input), filters);
    this.states.set(key, weights);
    return weights;
  }
}
