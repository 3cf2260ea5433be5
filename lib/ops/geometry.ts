/** Sizes and padding of sliding windows. */
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';

/** Stride and atrous rate of a window, the same in both directions. */
export interface WindowOptions {
  /** Step between neighbouring outputs in pixels; 1 by default. */
  readonly stride?: number;
  /** Distance between neighbouring taps in pixels (atrous rate); 1 by default. */
  readonly rate?: number;
}

/** Number of output pixels of a window over `size` pixels: ⌈size / stride⌉. */
export function outputSize(size: number, stride: number): number {
  return Math.ceil(size / stride);
}

/** Padding on each side that keeps the window centred: rate · (kernel − 1) / 2 pixels. */
export function sidePadding(kernel: number, rate: number): number {
  return (rate * (kernel - 1)) / 2;
}

/** True if a window that starts on the first pixel and moves by the stride also hits the last. */
export function isAligned(size: number, stride: number): boolean {
  return (size - 1) % stride === 0;
}

/** TensorFlow's two paddings: around the image as needed, or none. */
export type Padding = 'same' | 'valid';

/**
 * The image and the TensorFlow padding that together give symmetric padding.
 *
 * `SAME` is symmetric only where the stride divides `size − 1`. Elsewhere it shifts the window by a
 * pixel, and feature maps against each other, so the image is padded here.
 */
export function padForWindow(
  x: tf.Tensor4D,
  kernel: number,
  { stride = 1, rate = 1 }: WindowOptions,
  value = 0,
): { image: tf.Tensor4D; padding: Padding } {
  if (kernel === 1) {
    return { image: x, padding: 'valid' };
  }
  if (isAligned(x.shape[1], stride) && isAligned(x.shape[2], stride)) {
    return { image: x, padding: 'same' };
  }
  return { image: padSides(x, sidePadding(kernel, rate), value), padding: 'valid' };
}

/** Pads height and width of `x` `[batch, height, width, channels]` by `pad` pixels on each side. */
export function padSides(x: tf.Tensor4D, pad: number, value = 0): tf.Tensor4D {
  return tf.pad4d(x, [[0, 0], [pad, pad], [pad, pad], [0, 0]], value); // oxfmt-ignore
}

/** Throws unless `x` has rank 4. */
export function checkImageRank(where: string, x: tf.Tensor): void {
  if (x.rank !== 4) {
    throw new ShapeError(
      `${where}: expected a tensor [batch, height, width, channels], got [${x.shape.join(', ')}]`,
    );
  }
}

/** Throws unless stride and rate are whole numbers and the kernel size is odd. */
export function checkWindow(where: string, kernel: number, stride: number, rate: number): void {
  if (!Number.isInteger(stride) || stride < 1 || !Number.isInteger(rate) || rate < 1) {
    throw new ShapeError(
      `${where}: expected a whole stride ≥ 1 and a whole rate ≥ 1, got stride ${stride}, rate ${rate}`,
    );
  }
  if (kernel % 2 === 0) {
    throw new ShapeError(`${where}: expected an odd kernel size, got ${kernel}`);
  }
}
