/** The cell of the derived network. */
import * as tf from '@tensorflow/tfjs-core';
import type { Branch, Genotype } from '../architecture/genotype.js';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import type { Scope } from '../nn/scope.js';
import { outputSize } from '../ops/geometry.js';
import { resizeBilinear } from '../ops/resize.js';
import { reluConvNorm } from '../nn/conv-norm.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { scheduledDropPath, type DropPathPlace } from './drop-path.js';
import { tidyAtInference } from '../nn/tidy.js';

/** One cell of the network. */
export interface CellOptions {
  readonly genotype: Genotype;
  /** Filters of each operation, F·s/4. */
  readonly filters: number;
  /** Level of this cell less that of the cell before: 1 halves the size, −1 doubles it. */
  readonly step: number;
  readonly norm: BatchNormOptions;
  readonly dropPath: DropPathPlace;
}

/** The two tensors that a cell reads, not activated. */
export interface CellInputs {
  /** H^{l-2}, of any size. */
  readonly previousPrevious: tf.Tensor4D;
  /** H^{l-1}. */
  readonly previous: tf.Tensor4D;
}

/** Size behind a step up: 2·size − 1, so that corner pixels stay corner pixels. */
function doubled(size: number): number {
  return 2 * size - 1;
}

/**
 * Brings both inputs to one size and to the filters of the cell: hidden states 0 and 1.
 *
 * A cell that goes up first resizes H^{l-1}; H^{l-2} follows the size of H^{l-1}. H^{l-1} always
 * passes ReLU, 1×1 convolution, batch norm; H^{l-2} only if its channels differ.
 */
function prepareInputs(
  scope: Scope,
  { previousPrevious, previous }: CellInputs,
  { filters, step, norm }: CellOptions,
): tf.Tensor4D[] {
  const [, height, width] = previous.shape;
  const size = step < 0 ? ([doubled(height), doubled(width)] as const) : ([height, width] as const);
  const oldest = resizeBilinear(previousPrevious, size);
  const place = scope.child('previous_previous');
  return [
    oldest.shape[3] === filters ? oldest : reluConvNorm(place, oldest, { filters, norm }),
    reluConvNorm(scope.child('previous'), resizeBilinear(previous, size), { filters, norm }),
  ];
}

/** One branch of a block; undefined if it contributes nothing. Skip connections are never dropped. */
function branchOutput(
  scope: Scope,
  states: readonly tf.Tensor4D[],
  { input, operation: name }: Branch,
  { step, norm, dropPath }: CellOptions,
): tf.Tensor4D | undefined {
  const stride = step > 0 && input < 2 ? 2 : 1;
  const operation = operationNamed(name);
  const y = operation.derived(scope, states[input], { stride, norm });
  return y && operation.family !== 'skip' ? scheduledDropPath(scope, y, dropPath) : y;
}

/**
 * One cell: every block adds two operations on hidden states, the output joins all blocks.
 *
 *     H_i = O_left(H_j) + O_right(H_k), j, k < i;   H^l = concat(H_1, …, H_B)
 *
 * A cell that goes down reads its inputs at the higher resolution with the new number of filters;
 * every operation on them then has stride 2. Nothing is activated behind the sum or at the end.
 *
 * Source: Auto-DeepLab §3.1; the authors' code for sizes and strides.
 *
 * @returns `[batch, height', width', B · filters]`: size 2n − 1 up, ⌈n/2⌉ down, else n, where n is
 *   the size of H^{l-1}
 */
export function cell(scope: Scope, inputs: CellInputs, options: CellOptions): tf.Tensor4D {
  return tidyAtInference(scope, () => {
    const states = prepareInputs(scope, inputs, options);
    const [batch, height, width, filters] = states[1].shape;
    const stride = options.step > 0 ? 2 : 1;
    const [rows, columns] = [outputSize(height, stride), outputSize(width, stride)];
    options.genotype.blocks.forEach(({ left, right }, i) => {
      const place = scope.child(`block${i + 1}`);
      const block = tidyAtInference(scope, () => {
        const a = branchOutput(place.child('left'), states, left, options);
        const b = branchOutput(place.child('right'), states, right, options);
        return a && b
          ? tf.add(a, b)
          : (a ?? b ?? tf.fill<tf.Rank.R4>([batch, rows, columns, filters], 0));
      });
      states.push(block);
    });
    return states.length === 3 ? states[2] : tf.concat(states.slice(2), 3);
  });
}
