/** The cell of the derived network. */
import * as tf from '@tensorflow/tfjs-core';
import type { Branch, Genotype } from '../architecture/genotype.js';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import type { Scope } from '../nn/scope.js';
import { outputSize } from '../ops/geometry.js';
import { resizeBilinear } from '../ops/resize.js';
import type { Size } from '../size.js';
import { reluConvNorm } from '../nn/conv-norm.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { scheduledDropPath, type DropPathPlace } from './drop-path.js';
import { readInputs } from './reads.js';
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

/** The two tensors that a cell reads, not activated; one that no branch reads may be left out. */
export interface CellInputs {
  /** H^{l-2}, of any size. */
  readonly previousPrevious: tf.Tensor4D | undefined;
  /** H^{l-1}. */
  readonly previous: tf.Tensor4D | undefined;
  /** The shape of H^{l-1} but for its channels. */
  readonly batch: number;
  readonly size: Size;
}

/** The size at which a cell reads its inputs: behind a step up 2n − 1, so that corners stay corners. */
export function readingSize({ height, width }: Size, step: number): Size {
  return step < 0 ? { height: 2 * height - 1, width: 2 * width - 1 } : { height, width };
}

/** Stride of the operations that read the inputs of a cell. */
export function inputStride(step: number): 1 | 2 {
  return step > 0 ? 2 : 1;
}

/** The size of a cell's output, from that of H^{l-1}: 2n − 1 up, ⌈n/2⌉ down, else n. */
export function cellSize(size: Size, step: number): Size {
  const { height, width } = readingSize(size, step);
  const stride = inputStride(step);
  return { height: outputSize(height, stride), width: outputSize(width, stride) };
}

/** A hidden state; undefined: no branch reads it. */
type State = tf.Tensor4D | undefined;

/** Where the inputs of a cell are read, and what they become. */
export interface PreparedInput {
  /** The size at which the cell reads it. */
  readonly size: Size;
  /** Filters of the cell. */
  readonly filters: number;
  readonly norm: BatchNormOptions;
}

/** H^{l-2} as a cell reads it: resized, and behind ReLU, 1×1 convolution, batch norm if its channels differ. */
export function prepareOlder(
  scope: Scope,
  x: tf.Tensor4D,
  { size: { height, width }, filters, norm }: PreparedInput,
): tf.Tensor4D {
  const resized = resizeBilinear(x, [height, width]);
  const fits = resized.shape[3] === filters;
  return fits
    ? resized
    : reluConvNorm(scope.child('previous_previous'), resized, { filters, norm });
}

/** H^{l-1} as a cell reads it: resized, behind ReLU, 1×1 convolution, batch norm. */
export function preparePrevious(
  scope: Scope,
  x: tf.Tensor4D,
  { size: { height, width }, filters, norm }: PreparedInput,
): tf.Tensor4D {
  const resized = resizeBilinear(x, [height, width]);
  return reluConvNorm(scope.child('previous'), resized, { filters, norm });
}

/**
 * Brings the inputs that are read to one size and to the filters of the cell: hidden states 0 and 1.
 *
 * A cell that goes up first resizes H^{l-1}; H^{l-2} follows the size of H^{l-1}.
 */
function prepareInputs(
  scope: Scope,
  { previousPrevious, previous, size }: CellInputs,
  { genotype, filters, step, norm }: CellOptions,
): [State, State] {
  const prepared = { size: readingSize(size, step), filters, norm };
  const [readsOlder, readsPrevious] = readInputs(genotype);
  return [
    readsOlder && previousPrevious ? prepareOlder(scope, previousPrevious, prepared) : undefined,
    readsPrevious && previous ? preparePrevious(scope, previous, prepared) : undefined,
  ];
}

/** One branch of a block; undefined if it contributes nothing. Skip connections are never dropped. */
function branchOutput(
  scope: Scope,
  states: readonly State[],
  { input, operation: name }: Branch,
  { step, norm, dropPath }: CellOptions,
): tf.Tensor4D | undefined {
  const operation = operationNamed(name);
  const state = states[input];
  if (state === undefined || operation.family === 'none') {
    return undefined;
  }
  const stride = input < 2 ? inputStride(step) : 1;
  const y = operation.derived(scope, state, { stride, norm });
  return y && operation.family !== 'skip' ? scheduledDropPath(scope, y, dropPath) : y;
}

/** The output of a cell: its blocks side by side. */
export function joinBlocks(blocks: readonly tf.Tensor4D[]): tf.Tensor4D {
  return blocks.length === 1 ? blocks[0] : tf.concat([...blocks], 3);
}

/**
 * One cell: every block adds two operations on hidden states, the output joins all blocks.
 *
 *     H_i = O_left(H_j) + O_right(H_k), j, k < i;   H^l = concat(H_1, …, H_B)
 *
 * A cell that goes down reads its inputs at the higher resolution with the new number of filters;
 * every operation on them then has stride 2. Nothing is activated behind the sum or at the end. An
 * input that no branch reads is not prepared: it has no variables.
 *
 * Source: Auto-DeepLab §3.1; the authors' code for sizes and strides.
 *
 * @returns `[batch, height', width', B · filters]`: size 2n − 1 up, ⌈n/2⌉ down, else n, where n is
 *   the size of H^{l-1}
 */
export function cell(scope: Scope, inputs: CellInputs, options: CellOptions): tf.Tensor4D {
  return tidyAtInference(scope, () => {
    const states: State[] = prepareInputs(scope, inputs, options);
    const { height, width } = cellSize(inputs.size, options.step);
    const zeros = [inputs.batch, height, width, options.filters] as const;
    const outputs: tf.Tensor4D[] = [];
    options.genotype.blocks.forEach(({ left, right }, i) => {
      const place = scope.child(`block${i + 1}`);
      const block = tidyAtInference(scope, () => {
        const a = branchOutput(place.child('left'), states, left, options);
        const b = branchOutput(place.child('right'), states, right, options);
        return a && b ? tf.add(a, b) : (a ?? b ?? tf.fill<tf.Rank.R4>([...zeros], 0));
      });
      states.push(block);
      outputs.push(block);
    });
    return joinBlocks(outputs);
  });
}
