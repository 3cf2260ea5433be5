/** How exactly the backend multiplies, and the tolerances that follow. */
import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../ops/conv2d.js';

/** The precision of the products in convolutions and matrix products. */
export interface Precision {
  /** Bits of the operands' fraction that products keep: 23 in float32, 10 in TF32, 7 in bfloat16. */
  readonly bits: number;
  readonly name: 'float32' | 'TF32' | 'bfloat16';
}

/** Bits that are looked for. Beyond, float32 sums in another order differ. */
const MOST_BITS = 20;

const CHANNELS = 64;
const SIZE = 32;

/**
 * The most bits that survive a product with 1.
 *
 *     y_k = 1 · (1 + 2^−k); bits = the largest k up to which |y_k − (1 + 2^−k)| < 2^−k / 2
 *
 * @param product - maps values `[rows, 64]` to their products with the identity
 */
function keptBits(product: (rows: tf.Tensor2D) => tf.Tensor): number {
  const values = tf.tidy(() => {
    const channel = Array.from(
      { length: CHANNELS },
      (_, i) => 1 + 2 ** -Math.min(i + 1, MOST_BITS),
    );
    const rows = tf.tile<tf.Tensor2D>(tf.tensor2d(channel, [1, CHANNELS]), [2 * SIZE * SIZE, 1]);
    return product(rows).dataSync();
  });
  const isLost = (k: number) => Math.abs(values[k - 1] - (1 + 2 ** -k)) >= 2 ** -k / 2;
  const lost = Array.from({ length: MOST_BITS }, (_, i) => i + 1).find(isLost);
  return lost === undefined ? 23 : lost - 1;
}

/** A 3×3 convolution with the identity in the middle of the filter. */
function convolve(rows: tf.Tensor2D): tf.Tensor {
  const image = tf.reshape<tf.Rank.R4>(rows, [2, SIZE, SIZE, CHANNELS]);
  const middle = tf.reshape<tf.Rank.R4>(tf.eye(CHANNELS), [1, 1, CHANNELS, CHANNELS]);
  const border: [number, number][] = [
    [1, 1],
    [1, 1],
    [0, 0],
    [0, 0],
  ];
  return conv2d(image, tf.pad(middle, border));
}

/**
 * Measures the precision of convolutions and matrix products of the size that GPUs give to the units that
 * round operands: TF32 on NVIDIA GPUs since 2020, bfloat16 on some Arm processors.
 */
export function measurePrecision(): Precision {
  const products = [convolve, (rows: tf.Tensor2D) => tf.matMul(rows, tf.eye(CHANNELS))];
  const bits = Math.min(...products.map(keptBits));
  return { bits, name: bits > 15 ? 'float32' : bits > 8 ? 'TF32' : 'bfloat16' };
}

/** What makes GPUs by NVIDIA and processors by Arm compute products in float32. */
export const FLOAT32_VARIABLES: Readonly<Record<string, string>> = {
  NVIDIA_TF32_OVERRIDE: '0',
  ONEDNN_DEFAULT_FPMATH_MODE: 'STRICT',
};

/**
 * What is compared.
 *
 * *operation* - one operation: sums of at most some hundred products, whose order differs between kernels.
 * *network* - the gradients of a network in training mode: its batch norms enlarge rounding a
 * thousand times; PyTorch's own float32 is up to 3e-4 away from its float64, wasm 8e-4.
 * *slope* - a derivative against a finite difference. Its own error, from the rounding of the loss and from
 * ReLUs that open or close on the way, is up to 1e-2.
 */
export type Comparand = 'operation' | 'network' | 'slope';

/** Largest relative differences in float32; the operations' is that of this library's tests. */
const FLOAT32: Readonly<Record<Comparand, number>> = {
  operation: 1e-5,
  network: 5e-3,
  slope: 2e-2,
};

/**
 * How many roundings of an operand make the difference that counts as equal where operands are rounded to
 * fewer bits. In a sum, roundings partly cancel; in a network they are enlarged.
 */
const ROUNDINGS: Readonly<Record<Comparand, number>> = { operation: 8, network: 400, slope: 400 };

/**
 * The largest relative difference that counts as equal.
 *
 *     float32: as listed; else: n · 2^−(bits + 1), with n roundings, and at least float32's
 */
export function toleranceFor(comparand: Comparand, { name, bits }: Precision): number {
  const rounding = 2 ** -(bits + 1);
  return name === 'float32'
    ? FLOAT32[comparand]
    : Math.max(FLOAT32[comparand], ROUNDINGS[comparand] * rounding);
}
